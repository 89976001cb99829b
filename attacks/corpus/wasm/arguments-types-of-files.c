// Route: Makes devices, sockets and FIFOs, and files by opening directories for creation.
// Known from: first principles; mknod for unprivileged users
// Refused: EINVAL, ENOTSUP, ENOTCAPABLE
// Twin: makes a directory
// Unconfined: cannot run: it takes a privileged user
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

const char *attempt(void) {
  int error = 0;
  for (int type = 0; type < 256; type++) {
    if (type == CLOUDABI_FILETYPE_DIRECTORY)
      continue;
    if ((error = (int)cloudabi_sys_file_create((cloudabi_fd_t)work, "made", 4, (cloudabi_filetype_t)type)) == 0)
      return "ok";
  }
  int fd = openat(work, "created", O_RDONLY | O_CREAT | O_DIRECTORY, 0600);
  struct stat found;
  return fd >= 0 && fstat(fd, &found) == 0 && S_ISREG(found.st_mode) ? "ok" : named(error);
}
const char *twin(void) {
  return named((int)cloudabi_sys_file_create((cloudabi_fd_t)work, "directory", 9, CLOUDABI_FILETYPE_DIRECTORY));
}
