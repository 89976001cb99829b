// Route: takes the right to talk to devices directly
// Known from: ioperm(2), iopl(2)
// Refused: EPERM, ENOSYS
// Twin: asks for the time
// Unconfined: works for root
#include "attempt.h"
#include <time.h>

int main(void) {
  struct timespec now;
#ifdef __x86_64__
  attempt(syscall(SYS_ioperm, 0x80, 1, 1));
#else
  answer("attempt", "ENOSYS");
#endif
  twin(clock_gettime(CLOCK_MONOTONIC, &now));
}
