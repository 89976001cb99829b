// Route: enters the namespaces of a neighbour through its descriptor
// Known from: CVE-2022-31214 (firejail): joining a forged sandbox
// Refused: EPERM, ESRCH
// Twin: finds its own parent
// Unconfined: works for root
#include "attempt.h"
#include <sched.h>

int main(void) {
  int victim = syscall(SYS_pidfd_open, atoi(getenv("VICTIM")), 0);
  attempt(setns(victim == -1 ? 0 : victim, CLONE_NEWUTS));
  twin(getppid());
}
