// Route: opens the terminal of who launched it
// Known from: CVE-2005-4890 (su): a program that keeps the terminal of another
// Refused: ENXIO, ENOENT, EACCES
// Twin: asks for its session
// Unconfined: cannot run: nobody sits at a terminal here
#include "attempt.h"
int main(void) {
  attempt(open("/dev/tty", O_RDWR));
  twin(getsid(0));
}
