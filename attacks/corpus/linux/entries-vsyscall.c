// Route: jumps between the entries of the page of old system calls, where instructions for any call might lie
// Known from: the hint on vsyscall in the kernel's documentation of seccomp filters
// Refused: SIGSEGV, SIGSYS
// Twin: asks for the time through the C library
// Unconfined: cannot run: current kernels refuse it to all
#include "attempt.h"
#include <time.h>

static int jump(void) {
  ((void (*)(void))0xffffffffff600007)();
  return 0;
}

int main(void) {
  struct timespec now;
  answer("attempt", in_child(jump));
  twin(clock_gettime(CLOCK_REALTIME, &now));
}
