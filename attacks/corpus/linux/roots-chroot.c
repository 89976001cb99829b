// Route: changes its root to a granted directory and climbs out of it
// Known from: the classic way out of chroot, CVE-2013-1858 (kernel): chroot in a user namespace
// Refused: EPERM
// Twin: enters a directory
// Unconfined: works for root
#include "attempt.h"
int main(void) {
  attempt(chroot(at("WORK", "")));
  twin(chdir(at("WORK", "")));
}
