// Route: installs a filter that allows everything on top of the one it has
// Known from: seccomp(2): several filters
// Refused: EPERM
// Twin: installs the filter
// Unconfined: works
#include "attempt.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>

int main(void) {
  struct sock_filter allow[] = {{0x06, 0, 0, SECCOMP_RET_ALLOW}};
  struct sock_fprog program = {1, allow};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  twin(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
  attempt(unshare(CLONE_NEWUSER));
}
