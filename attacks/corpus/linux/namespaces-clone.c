// Route: makes a child in a user namespace
// Known from: CVE-2013-1858 (kernel), CVE-2020-5291 (bubblewrap)
// Refused: EPERM
// Twin: makes a child
// Unconfined: works
#include "attempt.h"
#include <sched.h>

int main(void) {
  long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
  if (child == 0) _exit(0);
  attempt(child);
  child = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
  if (child == 0) _exit(0);
  twin(child);
}
