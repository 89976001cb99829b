// Route: hides the flag of a namespace behind bits that the kernel does not look at
// Known from: CVE-2019-7303 (snapd), CVE-2019-10063 (Flatpak) in shape: the upper half was compared, too
// Refused: EPERM, EINVAL
// Twin: gets a table of descriptors of its own
// Unconfined: cannot run: kernels may refuse bits that they do not know
#include "attempt.h"
#include <sched.h>

int main(void) {
  attempt(syscall(SYS_unshare, 0x100000000 | CLONE_NEWUSER));
  twin(unshare(CLONE_FILES));
}
