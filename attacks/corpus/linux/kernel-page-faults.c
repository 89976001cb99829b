// Route: handles page faults itself, to stop the kernel in the middle of a call
// Known from: userfaultfd(2); exploits such as that of CVE-2016-6187 (kernel) won their time with it
// Refused: EPERM
// Twin: makes an event counter
// Unconfined: works
#include "attempt.h"
#include <sys/eventfd.h>

int main(void) {
  attempt(syscall(SYS_userfaultfd, 0x80001));
  twin(eventfd(0, 0));
}
