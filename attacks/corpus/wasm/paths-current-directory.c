// Route: Lets the C library put a current directory in front of a path, and changes that.
// Known from: the emulated current directory of wasi-libc
// Refused: ENOENT, ENOTCAPABLE, EBADF
// Twin: opens a file beneath a descriptor
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  char path[4096];
  snprintf(path, sizeof(path), "%s/secret", base);
  if (chdir(path) != 0)
    return named(errno);
  return reads(AT_FDCWD, "file");
}
const char *twin(void) { return reads(readable, "file"); }
