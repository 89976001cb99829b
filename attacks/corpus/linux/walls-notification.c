// Route: supervises its own child and lets a call of it go on that the walls refuse
// Known from: seccomp_unotify(2): SECCOMP_USER_NOTIF_FLAG_CONTINUE
// Refused: EPERM
// Twin: lets another call of the child go on
// Unconfined: works
#include "attempt.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

int main(void) {
  struct sock_filter notify[] = {
      {0x20, 0, 0, offsetof(struct seccomp_data, nr)},
      {0x15, 1, 0, SYS_unshare},
      {0x15, 0, 1, SYS_umask},
      {0x06, 0, 0, SECCOMP_RET_USER_NOTIF},
      {0x06, 0, 0, SECCOMP_RET_ALLOW},
  };
  struct sock_fprog program = {5, notify};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  int listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
  pid_t child = fork();
  if (child == 0) {
    umask(022);
    twin(0);
    attempt(unshare(CLONE_NEWUSER));
    _exit(0);
  }
  // The child's end is told by a signal that interrupts the wait: the filter answers at once where the walls refuse.
  pid_t watcher = fork();
  if (watcher == 0) {
    for (;;) {
      struct seccomp_notif request = {0};
      if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) == -1) _exit(0);
      struct seccomp_notif_resp response = {request.id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE};
      ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
    }
  }
  waitpid(child, NULL, 0);
  kill(watcher, SIGKILL);
  waitpid(watcher, NULL, 0);
}
