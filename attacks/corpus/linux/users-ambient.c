// Route: raises a capability for programs that it starts
// Known from: CVE-2022-29162 (runc), CVE-2022-24769 (Docker) in shape: capabilities left to be inherited
// Refused: EPERM
// Twin: asks for it
// Unconfined: cannot run: no user has capabilities to be inherited by default
#include "attempt.h"
#include <linux/capability.h>
#include <sys/prctl.h>

int main(void) {
  attempt(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0));
  twin(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_SYS_ADMIN, 0, 0));
}
