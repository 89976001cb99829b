// Route: redirects the messages of the kernel to its terminal
// Known from: TIOCCONS (ioctl_tty(2))
// Grants: { terminal: true }
// Refused: EPERM
// Twin: asks for the terminal's size
// Unconfined: cannot run: there is no terminal
#include "attempt.h"
#include <sys/ioctl.h>

int main(void) {
  struct winsize size;
  attempt(ioctl(0, TIOCCONS));
  twin(ioctl(0, TIOCGWINSZ, &size));
}
