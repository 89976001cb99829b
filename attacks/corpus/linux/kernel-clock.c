// Route: sets the clock
// Known from: first principles
// Refused: EPERM
// Twin: reads the clock
// Unconfined: cannot run: it would change this machine's clock
#include "attempt.h"
#include <time.h>

int main(void) {
  struct timespec now;
  twin(clock_gettime(CLOCK_REALTIME, &now));
  attempt(clock_settime(CLOCK_REALTIME, &now));
}
