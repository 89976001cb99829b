// Route: lowers the priority of all processes of its user
// Known from: setpriority(2) with PRIO_USER and 0
// Refused: EPERM, ESRCH, unchanged
// Twin: lowers its own priority
// Unconfined: cannot run: it would slow down this machine
#include "attempt.h"
#include <sys/resource.h>

int main(void) {
  pid_t victim = atoi(getenv("VICTIM"));
  int result = setpriority(PRIO_USER, 0, 5);
  int error = errno;
  errno = 0;
  int now = getpriority(PRIO_PROCESS, victim);
  if (now == 5) attempt(0);
  else if (result == -1) errno = error, attempt(-1);
  else answer("attempt", "unchanged");
  twin(setpriority(PRIO_PROCESS, 0, 5));
}
