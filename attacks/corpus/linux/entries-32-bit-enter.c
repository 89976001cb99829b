// Route: makes a system call through the fast entry point for 32-bit programs
// Known from: CVE-2009-0835 (kernel): numbers of one architecture read as another's
// Refused: SIGSYS, SIGSEGV, SIGILL, ENOSYS
// Twin: makes the call as a 64-bit program
// Unconfined: cannot run: it depends on the processor whether it can return
#include "attempt.h"
static int call(void) {
#ifdef __x86_64__
  long result;
  __asm__ volatile("sysenter" : "=a"(result) : "a"(20L) : "memory", "rcx", "rdx");
  return result > 0 ? 0 : (int)result;
#else
  return -ENOSYS;
#endif
}

int main(void) {
  answer("attempt", in_child(call));
  twin(getpid());
}
