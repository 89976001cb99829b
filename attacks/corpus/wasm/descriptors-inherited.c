// Route: Tries every number for a descriptor that the launcher or the runtime forgot to close.
// Known from: CVE-2024-21626 (runc)
// Refused: absent
// Twin: the granted ones are there
// Unconfined: cannot run: a process inherits only descriptors that its parent left open, which may be none
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

const char *attempt(void) {
  int open = 0;
  cloudabi_fdstat_t stat;
  for (uint32_t fd = 0; fd < 65536; fd++)
    if (cloudabi_sys_fd_stat_get(fd, &stat) == 0)
      open++;
  // Output, two directories, the journal and the program: what the launcher has granted.
  return open == 5 ? "absent" : "ok";
}
const char *twin(void) {
  cloudabi_fdstat_t stat;
  return named(cloudabi_sys_fd_stat_get((cloudabi_fd_t)readable, &stat));
}
