// Route: has the kernel load another line discipline for its terminal
// Known from: CVE-2017-2636 (kernel, n_hdlc), CVE-2021-42008 (kernel, 6pack)
// Grants: { terminal: true }
// Refused: EPERM
// Twin: asks for the line discipline
// Unconfined: cannot run: there is no terminal
#include "attempt.h"
#include <sys/ioctl.h>

int main(void) {
  int discipline = 13;
  attempt(ioctl(0, TIOCSETD, &discipline));
  twin(ioctl(0, TIOCGETD, &discipline));
}
