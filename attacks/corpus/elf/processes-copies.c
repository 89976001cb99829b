// Route: Copies its process with system calls of Linux that the supervisor was not asked for, to have more than its limit
// Known from: fork bombs
// Refused: EPERM
// Twin: forks by the call of the ABI
// Unconfined: cannot run: a CloudABI executable needs its supervisor
#include "attempt.h"

const char *attempt(void) {
  for (int round = 0; round < 1000; round++)
    if (linux_call(56, 17, 0, 0, 0, 0) != -1)
      return "ok";
  return "EPERM";
}
const char *twin(void) {
  cloudabi_fd_t fd;
  cloudabi_tid_t tid;
  cloudabi_errno_t error = cloudabi_sys_proc_fork(&fd, &tid);
  if (error == 0 && fd == CLOUDABI_PROCESS_CHILD)
    cloudabi_sys_proc_exit(0);
  return named(error);
}
