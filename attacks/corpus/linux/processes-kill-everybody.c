// Route: signals all processes, to find out whether a process outside gets it
// Known from: kill(2) with -1
// Refused: ESRCH, EPERM, alone
// Twin: signals its child
// Unconfined: cannot run: it would signal all processes of this machine
#include "attempt.h"
int main(void) {
  // Signal 0 finds out who could be reached; with a child there is at least one.
  attempt(kill(-1, 0) == 0 && kill(atoi(getenv("VICTIM")), 0) == 0 ? 0 : -1);
  pid_t child = fork();
  if (child == 0) pause();
  twin(kill(child, SIGKILL));
  waitpid(child, NULL, 0);
}
