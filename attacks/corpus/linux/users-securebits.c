// Route: unlocks the rule that root has no privileges
// Known from: capabilities(7): SECBIT_NOROOT
// Refused: EPERM
// Twin: asks for the rules
// Unconfined: works for root
#include "attempt.h"
#include <sys/prctl.h>

int main(void) {
  attempt(prctl(PR_SET_SECUREBITS, 0, 0, 0, 0));
  twin(prctl(PR_GET_SECUREBITS, 0, 0, 0, 0));
}
