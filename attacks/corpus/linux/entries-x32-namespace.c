// Route: makes a user namespace by the number of the call for x32 programs
// Known from: lists that refuse numbers rather than allow them; seccomp(2) on x32
// Refused: ENOSYS
// Twin: gets a table of descriptors of its own
// Unconfined: works
#include "attempt.h"
#include <sched.h>

int main(void) {
  attempt(syscall(0x40000000 + SYS_unshare, CLONE_NEWUSER));
  twin(unshare(CLONE_FILES));
}
