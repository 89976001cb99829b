#include "pair.h"

#include <cloudabi_syscalls.h>

int make_pair(cloudabi_filetype_t type, bool nonblocking, cloudabi_fd_t ends[2]) {
  int error = cloudabi_sys_fd_create2(type, &ends[0], &ends[1]);
  if (error != 0 || !nonblocking)
    return error;
  cloudabi_fdstat_t wanted = {.fs_flags = CLOUDABI_FDFLAG_NONBLOCK};
  for (int i = 0; i < 2 && error == 0; ++i)
    error = cloudabi_sys_fd_stat_put(ends[i], &wanted, CLOUDABI_FDSTAT_FLAGS);
  if (error != 0) {
    cloudabi_sys_fd_close(ends[0]);
    cloudabi_sys_fd_close(ends[1]);
  }
  return error;
}
