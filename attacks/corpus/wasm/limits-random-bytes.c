// Route: Asks for four gigabytes of random bytes and for lists of that length, which the host might set aside first.
// Known from: CVE-2026-27204 (Wasmtime, buffers that a guest sizes)
// Refused: EFAULT, EINVAL
// Twin: a thousand random bytes
// Unconfined: cannot run: there is no such boundary
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

static char bytes[1000];
const char *attempt(void) {
  uint32_t length = 0;
  if (raw_fd_readdir((uint32_t)readable, ADDRESS(bytes), UINT32_MAX, 0, ADDRESS(&length)) == 0)
    return "ok";
  if (raw_path_readlink((uint32_t)work, ADDRESS("link"), 4, ADDRESS(bytes), UINT32_MAX, ADDRESS(&length)) == 0)
    return "ok";
  return named(raw_random_get(ADDRESS(bytes), UINT32_MAX));
}
const char *twin(void) { return named(raw_random_get(ADDRESS(bytes), sizeof(bytes))); }
