// Route: sets up io_uring, whose operations no filter of system calls sees
// Known from: CVE-2022-29582, CVE-2023-2598, CVE-2021-41073 (kernel, io_uring)
// Refused: EPERM
// Twin: makes an event queue
// Unconfined: works
#include "attempt.h"
#include <sys/epoll.h>

int main(void) {
  unsigned char parameters[128] = {0};
  attempt(syscall(425, 8, parameters));
  twin(epoll_create1(0));
}
