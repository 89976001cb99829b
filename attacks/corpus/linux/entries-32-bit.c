// Route: makes a system call through the entry point for 32-bit programs
// Known from: CVE-2009-0835 (kernel): 32-bit numbers read as 64-bit ones; CVE-2010-3301 (kernel): that entry
// Refused: SIGSYS, ENOSYS
// Twin: makes the call as a 64-bit program
// Unconfined: works
#include "attempt.h"
static int call(void) {
#ifdef __x86_64__
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
  return result > 0 ? 0 : (int)result;
#else
  return -ENOSYS;
#endif
}

int main(void) {
  answer("attempt", in_child(call));
  twin(getpid());
}
