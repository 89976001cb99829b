// Route: Sets all bits of every set of flags, and calls with enumerations that have no such value.
// Known from: first principles; bits that are passed on to the host as they are
// Refused: EINVAL, ENOTCAPABLE, ENOTSUP
// Twin: the flags that exist
// Unconfined: cannot run: the flags of the host are others
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

const char *attempt(void) {
  uint32_t fd = 0;
  int fds = (int)work;
  for (int bit = 4; bit < 32; bit++)
    if (raw_path_open((uint32_t)fds, 0, ADDRESS("file"), 4, 1u << bit, 2, 0, 0, ADDRESS(&fd)) == 0)
      return "ok";
  for (int bit = 1; bit < 32; bit++)
    if (raw_path_open((uint32_t)fds, 1u << bit, ADDRESS("file"), 4, 0, 2, 0, 0, ADDRESS(&fd)) == 0)
      return "ok";
  for (int bit = 5; bit < 16; bit++)
    if (raw_path_open((uint32_t)fds, 0, ADDRESS("file"), 4, 0, 2, 0, 1u << bit, ADDRESS(&fd)) == 0)
      return "ok";
  if (raw_fd_seek((uint32_t)fds, 0, 77, ADDRESS(&fd)) == 0 || raw_fd_advise((uint32_t)fds, 0, 0, 77) == 0)
    return "ok";
  return named(raw_path_open((uint32_t)fds, UINT32_MAX, ADDRESS("file"), 4, UINT32_MAX,
                             UINT64_MAX, UINT64_MAX, UINT32_MAX, ADDRESS(&fd)));
}
const char *twin(void) {
  uint32_t fd = 0;
  return named(raw_path_open((uint32_t)work, 1, ADDRESS("file"), 4, 0, 2, 0, 0, ADDRESS(&fd)));
}
