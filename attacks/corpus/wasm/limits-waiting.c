// Route: Waits for ever in a call, on all threads, so that no JavaScript runs in the process that could end it.
// Known from: first principles; waits that event loops cannot interrupt
// Grants: { limits: { wallClock: 1500 } }
// Refused: limit-wall_clock
// Twin: waits for a millisecond
// Unconfined: cannot run: it would not end
#include "attempt.h"

const char *attempt(void) {
  sleep(3600);
  return "ok";
}
const char *twin(void) { return done(usleep(1000)); }
