// Route: takes a descriptor of a neighbour
// Known from: first principles
// Refused: EPERM
// Twin: opens a descriptor of its own process
// Unconfined: works
#include "attempt.h"
int main(void) {
  int victim = syscall(SYS_pidfd_open, atoi(getenv("VICTIM")), 0);
  attempt(syscall(SYS_pidfd_getfd, victim == -1 ? 0 : victim, 0, 0));
  twin(syscall(SYS_pidfd_open, getpid(), 0));
}
