// Route: changes how fast the clock goes
// Known from: adjtimex(2) is missing in many lists of calls that set clocks
// Refused: EPERM
// Twin: reads the clock
// Unconfined: cannot run: it would change this machine's clock
#include "attempt.h"
#include <sys/timex.h>
#include <time.h>

int main(void) {
  struct timex change = {.modes = ADJ_TICK, .tick = 10000};
  struct timespec now;
  attempt(adjtimex(&change));
  twin(clock_gettime(CLOCK_REALTIME, &now));
}
