// Route: goes back into the session of its launcher
// Known from: CVE-2016-2779 (runuser): programs in the session of another
// Refused: EPERM, ESRCH, EACCES
// Twin: makes a process group of its own child
// Unconfined: cannot run: no leader of a session can move
#include "attempt.h"
int main(void) {
  attempt(setpgid(0, atoi(getenv("LAUNCHER"))));
  pid_t child = fork();
  if (child == 0) _exit(0);
  twin(setpgid(child, child) == 0 || errno == EACCES ? 0 : -1);
}
