// Route: types into its terminal, for the next program that reads it
// Known from: CVE-2017-5226 (bubblewrap), CVE-2016-9016 (firejail), CVE-2016-10124 (LXC), CVE-2016-7545 (SELinux
//   sandbox)
// Grants: { terminal: true }
// Refused: EPERM
// Twin: asks for the terminal's size
// Unconfined: cannot run: there is no terminal
#include "attempt.h"
#include <sys/ioctl.h>

int main(void) {
  struct winsize size;
  attempt(ioctl(0, TIOCSTI, "x"));
  twin(ioctl(0, TIOCGWINSZ, &size));
}
