// Route: uses more of the processor than it may, in spite of the signal
// Known from: RLIMIT_CPU has a soft limit that can be caught
// Grants: { limits: { cpu_time: 1s } }
// Refused: limit-cpu_time, SIGKILL, SIGXCPU
// Twin: works until then
// Unconfined: cannot run: it would spin for ever
// Worlds: walls-root, landlock-root
#include "attempt.h"
int main(void) {
  signal(SIGXCPU, SIG_IGN);
  twin(0);
  for (;;) {
  }
}
