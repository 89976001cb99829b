// Route: makes a system call by its number for x32 programs
// Known from: CVE-2014-0038 (kernel, x32); the hint on x32 in seccomp(2)
// Refused: ENOSYS
// Twin: makes the call by its usual number
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(syscall(0x40000000 + SYS_getpid));
  twin(syscall(SYS_getpid));
}
