// Route: looks for descriptors that the launcher has left open
// Known from: CVE-2024-21626 (runc), CVE-2016-9962 (runc), CVE-2016-8649 (LXC)
// Refused: EBADF
// Twin: finds its standard streams
// Unconfined: cannot run: its parent decides which descriptors are open
#include "attempt.h"
int main(void) {
  int found = -1;
  for (int number = 3; number < 4096 && found == -1; number++) found = fcntl(number, F_GETFD);
  errno = EBADF;
  attempt(found);
  twin(fcntl(1, F_GETFD) | fcntl(0, F_GETFD));
}
