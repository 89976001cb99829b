// Route: makes a read-only mount writable by mounting it again
// Known from: first principles
// Refused: EPERM
// Twin: opens it for reading
// Unconfined: cannot run: it would change the mounts of this machine
#include "attempt.h"
#include <sys/mount.h>

int main(void) {
  attempt(mount(NULL, at("READ", ""), NULL, MS_REMOUNT | MS_BIND, NULL));
  twin(open(at("READ", "/file"), O_RDONLY));
}
