// Route: Asks for every right there is, and for rights of files beneath, when it opens a read-only file.
// Known from: first principles; runtimes that give a program the rights that it asks for
// Refused: ENOTCAPABLE
// Twin: reads the opened file, but for the right to write
// Unconfined: cannot run: there are no such rights
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

#define FD_WRITE (UINT64_C(1) << 6)

static int opens(int dir, const char *path, uint32_t flags, uint64_t base, uint32_t *fd) {
  return raw_path_open((uint32_t)dir, 1, ADDRESS(path), (uint32_t)strlen(path), flags, base, UINT64_MAX, 0, ADDRESS(fd));
}
const char *attempt(void) {
  static const uint64_t asked[] = {UINT64_MAX, UINT64_MAX >> 34, FD_WRITE, FD_WRITE | 2, ~FD_WRITE, 0};
  for (size_t at = 0; at < sizeof(asked) / sizeof(asked[0]); at++) {
    uint32_t fd = 0, deeper = 0;
    if (opens(readable, "file", 0, asked[at], &fd) == 0) {
      if ((asked[at] & FD_WRITE) != 0 || write((int)fd, "x", 1) == 1 || ftruncate((int)fd, 0) == 0 ||
          futimens((int)fd, NULL) == 0)
        return "ok";
      close((int)fd);
    }
    if (opens(readable, "made", 1, asked[at], &fd) == 0 || opens(readable, "file", 8, asked[at], &fd) == 0)
      return "ok";
    // A directory passes on no more than the one above.
    if (opens(readable, ".", 2, asked[at] & ~FD_WRITE, &deeper) != 0)
      continue;
    if (opens((int)deeper, "file", 0, FD_WRITE, &fd) == 0 || opens((int)deeper, "made", 1, 0, &fd) == 0 ||
        unlinkat((int)deeper, "file", 0) == 0 || mkdirat((int)deeper, "made", 0777) == 0)
      return "ok";
    close((int)deeper);
  }
  return "ENOTCAPABLE";
}
const char *twin(void) {
  uint32_t fd = 0;
  char byte;
  int error = opens(readable, "file", 0, ~FD_WRITE, &fd);
  if (error != 0)
    return named(error);
  return read((int)fd, &byte, 1) == 1 ? "ok" : "not-read";
}
