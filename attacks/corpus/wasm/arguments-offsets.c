// Route: Seeks before the start, reads and writes at offsets that are negative for the host, cuts to 2^63 bytes.
// Known from: first principles; 64-bit numbers that are signed here and unsigned there
// Refused: EINVAL, EFBIG, EOVERFLOW
// Twin: reads at an offset
// Unconfined: cannot run: the host refuses them, too
#include "attempt.h"
#include <wasi/api.h>

const char *attempt(void) {
  int fd = openat(work, "file", O_RDWR);
  char byte = 'x';
  const __wasi_iovec_t to = {.buf = (uint8_t *)&byte, .buf_len = 1};
  const __wasi_ciovec_t from = {.buf = (const uint8_t *)&byte, .buf_len = 1};
  __wasi_size_t count = 0;
  static const uint64_t offsets[] = {UINT64_MAX, 0x8000000000000000u, 0xffffffff00000000u};
  for (size_t at = 0; at < 3; at++) {
    if (__wasi_fd_pread((__wasi_fd_t)fd, &to, 1, offsets[at], &count) == 0 && count > 0)
      return "ok";
    if (__wasi_fd_pwrite((__wasi_fd_t)fd, &from, 1, offsets[at], &count) == 0)
      return "ok";
    if (__wasi_fd_filestat_set_size((__wasi_fd_t)fd, offsets[at]) == 0)
      return "ok";
    if (__wasi_fd_allocate((__wasi_fd_t)fd, offsets[at], offsets[at]) == 0)
      return "ok";
  }
  return lseek(fd, -1, SEEK_SET) >= 0 ? "ok" : named(errno);
}
const char *twin(void) {
  int fd = openat(work, "file", O_RDWR);
  char byte;
  return pread(fd, &byte, 1, 3) == 1 ? "ok" : named(errno);
}
