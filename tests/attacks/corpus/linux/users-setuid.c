// Route: becomes another user
// Known from: CVE-2020-5291 (bubblewrap): privileges that were given up and came back
// Refused: EPERM, EINVAL
// Twin: becomes who it is
// Unconfined: works for root
#include "attempt.h"
int main(void) {
  uid_t me = getuid();
  attempt(setuid(12345));
  twin(setresuid(me, me, me));
}
