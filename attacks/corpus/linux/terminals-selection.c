// Route: pastes the console's selection
// Known from: CVE-2023-1523 (snapd), CVE-2023-28100 (Flatpak)
// Refused: EPERM
// Twin: asks whether its output is a terminal
// Unconfined: cannot run: there is no console
#include "attempt.h"
#include <sys/ioctl.h>

int main(void) {
  char request[16] = {3};
  attempt(ioctl(0, TIOCLINUX, request));
  twin(isatty(1) || errno == ENOTTY ? 0 : -1);
}
