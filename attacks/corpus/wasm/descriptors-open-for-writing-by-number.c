// Route: Writes to, cuts, preallocates and flushes a file through a descriptor that was opened for reading.
// Known from: CVE-2024-36137 (Node permission model) for changes through descriptors opened for reading
// Refused: ENOTCAPABLE, EBADF
// Twin: does so with a file opened for writing
// Unconfined: cannot run: the host refuses it, too
#include "attempt.h"

static const char *changes(int fd) {
  const char *answer = "ok";
  if (write(fd, "x", 1) < 0 || pwrite(fd, "x", 1, 0) < 0)
    answer = named(errno);
  if (ftruncate(fd, 1) < 0)
    answer = named(errno);
  int error = posix_fallocate(fd, 0, 100);
  if (error != 0)
    answer = named(error);
  close(fd);
  return answer;
}
const char *attempt(void) { return changes(openat(readable, "file", O_RDONLY)); }
const char *twin(void) { return changes(openat(work, "file", O_RDWR)); }
