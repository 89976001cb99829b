// Route: leaves a child behind that goes on when the program has ended
// Known from: orphans that outlive their sandbox
// Refused: status-0
// Twin: ends by itself
// Unconfined: works
#include "attempt.h"
int main(void) {
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
      usleep(1500000);
      attempt(0);
    }
    _exit(0);
  }
  wait(NULL);
  twin(0);
}
