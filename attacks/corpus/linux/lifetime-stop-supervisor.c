// Route: stops the process that watches over it, so that its end is never noticed
// Known from: supervisors that run as the same user as whom they watch
// Refused: EPERM
// Twin: stops its own child
// Unconfined: cannot run: it would stop the frame
#include "attempt.h"
int main(void) {
  attempt(kill(getppid(), SIGSTOP));
  pid_t child = fork();
  if (child == 0) pause();
  twin(kill(child, SIGSTOP));
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}
