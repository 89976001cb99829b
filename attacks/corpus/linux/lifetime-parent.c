// Route: asks not to be ended together with its parent, and outlives it
// Known from: PR_SET_PDEATHSIG can be taken back by the child
// Refused: status-0
// Twin: takes it back
// Unconfined: works
#include "attempt.h"
#include <sys/prctl.h>

int main(void) {
  twin(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0));
  if (fork() != 0) return 0;
  prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  usleep(1500000);
  attempt(0);
}
