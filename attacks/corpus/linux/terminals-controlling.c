// Route: opens the terminal of its launcher
// Known from: CVE-2005-4890 (su): a program that keeps the terminal of another
// Refused: ENXIO, ENOENT, EACCES
// Twin: asks for its session
// Unconfined: cannot run: tests have no terminal
#include "attempt.h"
int main(void) {
  attempt(open("/dev/tty", O_RDWR));
  twin(getsid(0));
}
