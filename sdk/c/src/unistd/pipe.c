#include <cloudabi_syscalls.h>
#include <fcntl.h>
#include <unistd.h>

#include "../result.h"
#include "pair.h"

int pipe2(int ends[2], int flags) {
  if ((flags & ~(O_NONBLOCK | O_CLOEXEC)) != 0)
    return result_of(EINVAL);
  cloudabi_fd_t pair[2];
  int error = make_pair(CLOUDABI_FILETYPE_SOCKET_STREAM, (flags & O_NONBLOCK) != 0, pair);
  if (error != 0)
    return result_of(error);
  /* Not by their rights: a descriptor with fewer than its receiver would get cannot be sent to another process. */
  error = cloudabi_sys_sock_shutdown(pair[0], CLOUDABI_SHUT_WR);
  if (error == 0)
    error = cloudabi_sys_sock_shutdown(pair[1], CLOUDABI_SHUT_RD);
  if (error != 0) {
    cloudabi_sys_fd_close(pair[0]);
    cloudabi_sys_fd_close(pair[1]);
    return result_of(error);
  }
  ends[0] = (int)pair[0];
  ends[1] = (int)pair[1];
  return 0;
}

int pipe(int ends[2]) {
  return pipe2(ends, 0);
}
