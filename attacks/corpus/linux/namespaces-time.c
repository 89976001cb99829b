// Route: makes a time namespace, whose flag is part of a signal's number elsewhere
// Known from: CLONE_NEWTIME is missing in many lists of flags
// Refused: EPERM
// Twin: gets a working directory of its own
// Unconfined: works for root
#include "attempt.h"
#include <sched.h>

int main(void) {
  attempt(unshare(0x80));
  twin(unshare(CLONE_FS));
}
