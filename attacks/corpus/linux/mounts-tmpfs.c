// Route: mounts a file system over a granted directory
// Known from: CVE-2016-10117 (firejail): --tmpfs for every user
// Refused: EPERM
// Twin: makes a directory there
// Unconfined: cannot run: it would change the mounts of this machine
#include "attempt.h"
#include <sys/mount.h>

int main(void) {
  attempt(mount("none", at("WORK", ""), "tmpfs", 0, NULL));
  twin(mkdir(at("WORK", "/made"), 0755));
}
