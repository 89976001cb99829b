// Route: drops a group that keeps it out of files
// Known from: CVE-2014-8989 (kernel): setgroups in user namespaces
// Refused: EPERM
// Twin: asks for its groups
// Unconfined: works for root
#include "attempt.h"
#include <grp.h>

int main(void) {
  gid_t groups[64];
  attempt(setgroups(0, NULL));
  twin(getgroups(64, groups));
}
