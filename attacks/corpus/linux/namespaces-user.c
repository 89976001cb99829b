// Route: makes a user namespace, to have all capabilities in it
// Known from: CVE-2022-0185, CVE-2018-18955 (kernel), CVE-2020-5291 (bubblewrap)
// Refused: EPERM
// Twin: gets a table of descriptors of its own
// Unconfined: works
#include "attempt.h"
#include <sched.h>

int main(void) {
  attempt(unshare(CLONE_NEWUSER));
  twin(unshare(CLONE_FILES));
}
