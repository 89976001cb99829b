// Route: makes calls with numbers that are negative or have bits above the 32 that count
// Known from: comparisons of numbers with a sign, or of too many bits
// Refused: ENOSYS, EPERM
// Twin: makes a call with its number
// Unconfined: cannot run: the kernel has no such calls
#include "attempt.h"
#include <sched.h>

int main(void) {
  long result = syscall(-1L, 0, 0, 0);
  if (result == -1) result = syscall(0x100000000 | SYS_unshare, CLONE_NEWUSER);
  attempt(result);
  twin(getpid());
}
