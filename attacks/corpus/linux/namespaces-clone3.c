// Route: makes a child in a user namespace through clone3, whose flags lie in memory
// Known from: CVE-2021-41133 (Flatpak): clone3 went past the filter of clone
// Refused: ENOSYS, EPERM
// Twin: makes a child with clone
// Unconfined: works
#include "attempt.h"
#include <linux/sched.h>

int main(void) {
  struct clone_args arguments = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
  long child = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0) _exit(0);
  attempt(child);
  child = fork();
  if (child == 0) _exit(0);
  twin(child);
}
