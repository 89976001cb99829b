// Route: becomes another user
// Known from: setuid(2); Docker leaves the capability for it (CAP_SETUID) to containers by default
// Refused: EPERM, EINVAL
// Twin: becomes its own user
// Unconfined: works for root
#include "attempt.h"
int main(void) {
  uid_t me = getuid();
  attempt(setuid(12345));
  twin(setresuid(me, me, me));
}
