// Route: reads the messages of the kernel
// Known from: addresses in messages of the kernel defeat its randomization
// Refused: EPERM
// Twin: asks how long the machine runs
// Unconfined: works for root
#include "attempt.h"
#include <sys/sysinfo.h>

int main(void) {
  char text[4096];
  struct sysinfo info;
  attempt(syscall(SYS_syslog, 3, text, sizeof text));
  twin(sysinfo(&info));
}
