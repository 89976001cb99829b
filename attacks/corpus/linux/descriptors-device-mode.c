// Route: sets the mode of a host device to its present value, by a descriptor that it was handed
// Known from: first principles: root owns the devices, without any capability
// Grants: { descriptors: { 3: !file { path: /dev/null, rights: [read, write] } } }
// Refused: EROFS, EPERM
// Twin: writes to the device
// Unconfined: cannot run: the descriptor is handed over by us
#include "attempt.h"

int main(void) {
  struct stat found;
  fstat(3, &found);
  attempt(fchmod(3, found.st_mode & 07777));
  twin(write(3, "x", 1) == 1 ? 0 : -1);
}
