// Route: sets the mode of a device that it shares with the host to its present value
// Known from: first principles: root owns the devices, without any capability
// Grants: { dev: true }
// Refused: EROFS, EPERM
// Twin: writes to the device
// Unconfined: works for root
#include "attempt.h"

int main(void) {
  struct stat found;
  stat("/dev/null", &found);
  attempt(chmod("/dev/null", found.st_mode & 07777));
  twin(write(open("/dev/null", O_WRONLY), "x", 1) == 1 ? 0 : -1);
}
