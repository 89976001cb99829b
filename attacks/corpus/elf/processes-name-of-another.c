// Route: A forked process gives its directory up, and goes on making calls on it by the instructions of its maker
// Known from: first principles; privilege separation by fork, as in OpenSSH
// Refused: EBADF
// Twin: its maker still reads the directory
// Unconfined: cannot run: a CloudABI executable needs its supervisor
#include "attempt.h"

const char *attempt(void) {
  cloudabi_fd_t fd;
  cloudabi_tid_t tid;
  if (cloudabi_sys_proc_fork(&fd, &tid) != 0)
    return "no fork";
  if (fd == CLOUDABI_PROCESS_CHILD) {
    cloudabi_sys_fd_close((cloudabi_fd_t)readable);
    const char *answer = reads_file();
    cloudabi_sys_proc_exit(strcmp(answer, "EBADF") == 0 ? 7 : 1);
  }
  cloudabi_subscription_t wanted = {.type = CLOUDABI_EVENTTYPE_PROC_TERMINATE, .proc_terminate = {.fd = fd}};
  cloudabi_event_t event;
  size_t count;
  cloudabi_sys_poll(&wanted, &event, 1, &count);
  return event.proc_terminate.exitcode == 7 ? "EBADF" : "ok";
}
const char *twin(void) { return reads_file(); }
