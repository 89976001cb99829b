// Route: lets the kernel send a signal to a neighbour, as owner of a pipe's end
// Known from: F_SETOWN (fcntl(2)); Landlock before 6.12 did not hold it
// Refused: ESRCH, EPERM, unheard
// Twin: is told itself
// Unconfined: cannot run: the neighbour would die of it
#include "attempt.h"
static volatile sig_atomic_t heard;

static void hear(int signal) {
  heard = signal;
}

int main(void) {
  int ends[2];
  pipe(ends);
  signal(SIGIO, hear);
  fcntl(ends[0], F_SETFL, O_ASYNC | O_NONBLOCK);
  // A signal that ends the neighbour: the onlooker would see it.
  fcntl(ends[0], F_SETSIG, SIGKILL);
  int set = fcntl(ends[0], F_SETOWN, atoi(getenv("VICTIM")));
  write(ends[1], "x", 1);
  if (set == -1) attempt(-1);
  else answer("attempt", "unheard");
  fcntl(ends[0], F_SETSIG, 0);
  fcntl(ends[0], F_SETOWN, getpid());
  write(ends[1], "x", 1);
  errno = ETIME;
  twin(heard == SIGIO ? 0 : -1);
}
