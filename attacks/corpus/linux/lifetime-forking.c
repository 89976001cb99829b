// Route: forks all the time, so that killing its processes one by one never catches it
// Known from: kill loops that race with fork
// Refused: status-0
// Twin: ends by itself
// Unconfined: cannot run: a search for its processes one by one does not find them
#include "attempt.h"
int main(void) {
  twin(0);
  if (fork() != 0) return 0;
  setsid();
  for (int generation = 0; generation < 1500; generation++) {
    if (fork() != 0) _exit(0);
    usleep(1000);
  }
  attempt(0);
}
