// Route: Opens a file for writing, cuts it and makes a new one where only reading was granted.
// Known from: CVE-2026-47261 (Wasmtime, files that may only be read and are cut)
// Refused: ENOTCAPABLE
// Twin: does so where writing was granted
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  close(openat(readable, "file", O_RDONLY | O_TRUNC));
  struct stat found;
  if (fstatat(readable, "file", &found, 0) != 0 || found.st_size == 0)
    return "ok";
  // The C library may be content with less than it asked for.
  int fd = openat(readable, "file", O_RDWR);
  if (fd >= 0 && (write(fd, "x", 1) == 1 || ftruncate(fd, 0) == 0))
    return "ok";
  return writes(readable, "new");
}
const char *twin(void) { return writes(work, "new"); }
