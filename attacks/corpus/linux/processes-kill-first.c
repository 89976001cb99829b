// Route: ends the first process, and with it the walls
// Known from: first principles
// Refused: EPERM, ESRCH
// Twin: signals itself
// Unconfined: cannot run: it would end the machine
#include "attempt.h"
int main(void) {
  attempt(kill(1, SIGKILL));
  twin(kill(getpid(), 0));
}
