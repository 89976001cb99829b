// Route: turns its root back to the host's
// Known from: first principles
// Refused: EPERM
// Twin: enters its root
// Unconfined: cannot run: it would turn the machine's root
#include "attempt.h"
int main(void) {
  attempt(syscall(SYS_pivot_root, "/", "/"));
  twin(chdir("/"));
}
