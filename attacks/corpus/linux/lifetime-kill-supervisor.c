// Route: ends the process that watches over it, to run on without limits
// Known from: supervisors that run as the same user as whom they watch
// Refused: EPERM
// Twin: ends its own child
// Unconfined: cannot run: it would end the frame
#include "attempt.h"
int main(void) {
  attempt(kill(getppid(), SIGKILL));
  pid_t child = fork();
  if (child == 0) pause();
  twin(kill(child, SIGKILL));
  waitpid(child, NULL, 0);
}
