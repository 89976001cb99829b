// Route: makes a segment of 16-bit code
// Known from: CVE-2014-9322, CVE-2015-5157 (kernel): returns to segments of a program's own
// Refused: EPERM, ENOSYS
// Twin: maps memory
// Unconfined: works
#include "attempt.h"
#include <sys/mman.h>

int main(void) {
#ifdef __x86_64__
  unsigned int descriptor[4] = {0, 0, 0xfffff, 0x51};
  attempt(syscall(SYS_modify_ldt, 1, descriptor, sizeof descriptor));
#else
  answer("attempt", "ENOSYS");
#endif
  twin(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
}
