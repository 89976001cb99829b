// Route: Calls with descriptors that are negative, huge, or one after the last, as indices into a table of the host.
// Known from: first principles; numbers that are signed here and unsigned there
// Refused: EBADF
// Twin: the same calls on a granted descriptor
// Unconfined: cannot run: the host refuses them, too
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

static int asks(uint32_t fd) {
  static uint64_t room[16];
  const uint32_t vector[2] = {ADDRESS(room), 8};
  int errors[] = {
      raw_fd_fdstat_get(fd, ADDRESS(room)),
      raw_fd_read(fd, ADDRESS(vector), 1, ADDRESS(room)),
      raw_fd_write(fd, ADDRESS(vector), 1, ADDRESS(room)),
      raw_fd_seek(fd, 0, 1, ADDRESS(room)),
      raw_fd_filestat_get(fd, ADDRESS(room)),
      raw_path_filestat_get(fd, 0, ADDRESS("file"), 4, ADDRESS(room)),
      (int)cloudabi_sys_fd_replace((cloudabi_fd_t)readable, fd),
      (int)cloudabi_sys_fd_close(fd),
  };
  for (size_t at = 0; at < sizeof(errors) / sizeof(errors[0]); at++)
    if (errors[at] != EBADF)
      return errors[at];
  return EBADF;
}
const char *attempt(void) {
  static const uint32_t numbers[] = {UINT32_MAX, 0x80000000u, 0x7fffffffu, 1u << 20, 65536, 1024, 5, UINT32_MAX - 99};
  for (size_t at = 0; at < sizeof(numbers) / sizeof(numbers[0]); at++)
    if (asks(numbers[at]) != EBADF)
      return named(asks(numbers[at]));
  return "EBADF";
}
const char *twin(void) {
  uint64_t room[16];
  return named(raw_fd_fdstat_get((uint32_t)readable, ADDRESS(room)));
}
