// Route: Gives an absolute path together with the descriptor of a directory.
// Known from: openat(2), which passes over its directory where a path is absolute
// Refused: ENOTCAPABLE, EPERM
// Twin: gives a relative path
// Unconfined: works
#include "attempt.h"
#ifdef __wasi__
// The C library would look for a directory of that name by itself.
#include "../../../tests/programs/wasi/raw.h"
#endif

const char *attempt(void) {
  char path[4096];
  snprintf(path, sizeof(path), "%s/secret/file", base);
#ifdef __wasi__
  uint32_t fd = 0;
  return named(raw_path_open((uint32_t)readable, 1, ADDRESS(path), strlen(path), 0, 2, 0, 0, ADDRESS(&fd)));
#else
  return reads(readable, path);
#endif
}
const char *twin(void) { return reads(readable, "./file"); }
