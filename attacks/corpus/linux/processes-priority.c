// Route: sets the priority of all processes of its user
// Known from: setpriority(2) with PRIO_USER and 0
// Refused: EPERM, ESRCH, unchanged
// Twin: lowers its own
// Unconfined: works
#include "attempt.h"
#include <sys/resource.h>

int main(void) {
  // Sets the priority that they have: a process that is reached stays as fast as it is.
  int mine = getpriority(PRIO_PROCESS, 0);
  int result = setpriority(PRIO_USER, 0, mine);
  int error = errno;
  errno = 0;
  getpriority(PRIO_PROCESS, atoi(getenv("VICTIM")));
  int seen = errno == 0;
  errno = error;
  if (result == 0 && !seen) answer("attempt", "unchanged");
  else attempt(result);
  twin(setpriority(PRIO_PROCESS, 0, mine + 1));
}
