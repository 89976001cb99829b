// Route: types into its terminal with bits of the request set that the kernel does not look at
// Known from: CVE-2019-7303 (snapd), CVE-2019-10063 (Flatpak)
// Grants: { terminal: true }
// Refused: EPERM
// Twin: asks for the terminal's size with such bits
// Unconfined: cannot run: there is no terminal
#include "attempt.h"
#include <sys/ioctl.h>

int main(void) {
  struct winsize size;
  attempt(syscall(SYS_ioctl, 0, 0x100000000 | TIOCSTI, "x"));
  twin(syscall(SYS_ioctl, 0, 0x100000000 | TIOCGWINSZ, &size));
}
