// Route: floods the first process with signals, so that it does not notice the end
// Known from: supervisors that do their work in handlers of signals
// Refused: status-7
// Twin: ends by itself
// Unconfined: cannot run: it would signal the first process of this machine
#include "attempt.h"
int main(void) {
  twin(0);
  // In a process namespace the parent is the first process there; without one it is not reached.
  if (fork() == 0) {
    for (int i = 0; i < 50000; i++) kill(getppid() == 1 ? 1 : getpid(), SIGCONT);
    for (int i = 0; i < 2000; i++) kill(1, SIGRTMIN + i % 20);
    pause();
  }
  usleep(50000);
  return 7;
}
