// Route: signals the process that launched it
// Known from: first principles
// Refused: ESRCH, EPERM
// Twin: signals itself
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(kill(atoi(getenv("LAUNCHER")), 0));
  twin(kill(getpid(), 0));
}
