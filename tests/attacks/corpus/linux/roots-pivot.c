// Route: turns its root back to the host's
// Known from: CVE-2022-0492 in shape: mounts of its own
// Refused: EPERM
// Twin: enters its root
// Unconfined: cannot run: it would turn the machine's root
#include "attempt.h"
int main(void) {
  attempt(syscall(SYS_pivot_root, "/", "/"));
  twin(chdir("/"));
}
