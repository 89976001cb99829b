// Route: takes a mount away to see what is beneath it
// Known from: CVE-2021-41133 (Flatpak): calls for mounts that the filter did not refuse
// Refused: EPERM
// Twin: sees what is there
// Unconfined: cannot run: it would change the mounts of this machine
#include "attempt.h"
#include <sys/mount.h>

int main(void) {
  attempt(umount2(at("READ", ""), MNT_DETACH));
  twin(access(at("READ", "/file"), R_OK));
}
