// Route: compares objects of two processes, to learn addresses of the kernel
// Known from: kcmp(2)
// Refused: EPERM
// Twin: finds its own parent
// Unconfined: works
#include "attempt.h"
int main(void) {
  pid_t victim = atoi(getenv("VICTIM"));
  attempt(syscall(SYS_kcmp, victim, victim, 0, 0, 0));
  twin(getppid());
}
