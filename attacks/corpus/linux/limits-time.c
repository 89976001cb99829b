// Route: runs on when its time is over, ignoring every signal
// Known from: time-outs that ask politely
// Grants: { limits: { wall_clock: 8s } }
// Refused: limit-wall_clock
// Twin: works until then
// Unconfined: works
#include "attempt.h"
int main(void) {
  for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
  twin(0);
  sleep(24);
  attempt(0);
}
