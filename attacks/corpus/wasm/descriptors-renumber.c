// Route: Puts descriptors in the place of others: of numbers that are not open, of themselves, of the output.
// Known from: CVE-2025-53901 (Wasmtime), which a number that was not open ended
// Refused: EBADF
// Twin: a file takes the place of another, and is read there
// Unconfined: cannot run: dup2 takes any number
#include "attempt.h"
#include <wasi/api.h>

const char *attempt(void) {
  if (__wasi_fd_renumber((__wasi_fd_t)readable, (__wasi_fd_t)readable) != 0)
    return "self";
  static const uint32_t numbers[] = {UINT32_MAX, 0x80000000u, 100, 65535};
  for (size_t at = 0; at < 4; at++) {
    if (__wasi_fd_renumber((__wasi_fd_t)readable, numbers[at]) != EBADF)
      return "ok";
    if (__wasi_fd_renumber(numbers[at], (__wasi_fd_t)readable) != EBADF)
      return "ok";
  }
  // A directory that may be read takes the place of one that may be changed, with its own rights.
  int copy = openat(work, ".", O_RDONLY | O_DIRECTORY);
  int source = openat(readable, ".", O_RDONLY | O_DIRECTORY);
  if (__wasi_fd_renumber((__wasi_fd_t)source, (__wasi_fd_t)copy) != 0)
    return "not-renumbered";
  if (strcmp(writes(copy, "made"), "ok") == 0)
    return "ok";
  return named(__wasi_fd_close((__wasi_fd_t)source));
}
const char *twin(void) {
  int one = openat(readable, "file", O_RDONLY), other = openat(work, "file", O_RDWR);
  char byte;
  if (__wasi_fd_renumber((__wasi_fd_t)one, (__wasi_fd_t)other) != 0)
    return "not-renumbered";
  return done((int)read(other, &byte, 1));
}
