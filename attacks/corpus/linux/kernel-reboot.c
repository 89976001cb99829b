// Route: switches the machine off
// Known from: first principles
// Refused: EPERM
// Twin: asks how long the machine runs
// Unconfined: cannot run: it would switch this machine off
#include "attempt.h"
#include <sys/sysinfo.h>

int main(void) {
  struct sysinfo info;
  attempt(syscall(SYS_reboot, 0, 0, 0, 0));
  twin(sysinfo(&info));
}
