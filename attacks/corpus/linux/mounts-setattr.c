// Route: makes its mounts writable with mount_setattr
// Known from: CVE-2021-41133 (Flatpak): new calls for mounts
// Refused: EPERM
// Twin: opens a granted file
// Unconfined: cannot run: it would change the mounts of this machine
#include "attempt.h"
int main(void) {
  unsigned long long attributes[4] = {0, 1, 0, 0};
  attempt(syscall(442, AT_FDCWD, at("READ", ""), 0, attributes, sizeof attributes));
  twin(open(at("READ", "/file"), O_RDONLY));
}
