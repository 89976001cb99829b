// Route: makes itself the one to whom orphans are given, in the place of the process that ends them
// Known from: PR_SET_CHILD_SUBREAPER (prctl(2))
// Refused: status-0
// Twin: adopts an orphan of its own
// Unconfined: works
#include "attempt.h"
#include <sys/prctl.h>

int main(void) {
  if (fork() == 0) {
    // This one goes on, and would reap what its children leave.
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    if (fork() == 0) {
      if (fork() == 0) {
        usleep(1500000);
        attempt(0);
      }
      _exit(0);
    }
    while (wait(NULL) != -1) continue;
    _exit(0);
  }
  twin(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
}
