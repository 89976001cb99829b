#include <cloudabi_syscalls.h>
#include <unistd.h>

#include "../result.h"

int dup(int fd) {
  cloudabi_fd_t made;
  int error = cloudabi_sys_fd_dup((cloudabi_fd_t)fd, &made);
  return error == 0 ? (int)made : result_of(error);
}

int dup2(int fd, int place) {
  int error = cloudabi_sys_fd_replace((cloudabi_fd_t)fd, (cloudabi_fd_t)place);
  return error == 0 ? place : result_of(error);
}
