// Route: gives its keyring to its parent, which loses Landlock's restrictions by that
// Known from: CVE-2024-42318 (kernel, Landlock)
// Refused: ENOSYS
// Twin: finds its own parent
// Unconfined: cannot run: it works only between a program and its own child
#include "attempt.h"
int main(void) {
  attempt(syscall(SYS_keyctl, 18));
  twin(getppid());
}
