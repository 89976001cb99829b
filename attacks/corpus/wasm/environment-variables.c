// Route: Asks for arguments, environment and preopened directories of the launcher.
// Known from: CVE-2025-48934 (Deno)
// Refused: absent
// Twin: asks for the time, which every program may know
// Unconfined: cannot run: without us an environment is given to all
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

const char *attempt(void) {
  uint32_t count = 0, size = 0;
  uint64_t room[2];
  if (raw_environ_sizes_get(ADDRESS(&count), ADDRESS(&size)) == 0 && (count > 0 || size > 0))
    return "ok";
  for (uint32_t fd = 0; fd < 16; fd++)
    if (raw_fd_prestat_get(fd, ADDRESS(room)) == 0)
      return "ok";
  if (raw_args_sizes_get(ADDRESS(&count), ADDRESS(&size)) == 0 && count > 1)
    return "ok";
  return "absent";
}
const char *twin(void) {
  uint64_t now;
  return named(raw_clock_time_get(0, 1, ADDRESS(&now)));
}
