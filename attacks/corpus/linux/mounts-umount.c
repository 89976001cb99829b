// Route: unmounts a mount to see the files beneath it
// Known from: CVE-2021-41133 (Flatpak): calls for mounts that the filter did not refuse
// Refused: EPERM
// Twin: sees the mount
// Unconfined: cannot run: it would change the mounts of this machine
#include "attempt.h"
#include <sys/mount.h>

int main(void) {
  attempt(umount2(at("READ", ""), MNT_DETACH));
  twin(access(at("READ", "/file"), R_OK));
}
