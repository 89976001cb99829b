// Route: handles page faults itself, to stop the kernel in the middle of a call
// Known from: CVE-2016-6516 and CVE-2022-2590 (kernel) were exploited with userfaultfd
// Refused: EPERM
// Twin: makes an event counter
// Unconfined: works
#include "attempt.h"
#include <sys/eventfd.h>

int main(void) {
  attempt(syscall(SYS_userfaultfd, 0x80001));
  twin(eventfd(0, 0));
}
