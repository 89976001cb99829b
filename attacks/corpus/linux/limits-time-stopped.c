// Route: stops itself, so that no signal but one reaches it when its time is over
// Known from: time-outs that ask politely
// Grants: { limits: { wall_clock: 8s } }
// Refused: limit-wall_clock
// Twin: works until then
// Unconfined: cannot run: it would stop for ever
#include "attempt.h"
int main(void) {
  twin(0);
  raise(SIGSTOP);
  attempt(0);
}
