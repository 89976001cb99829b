// Route: clones a mount, to have it without its flags
// Known from: CVE-2021-41133 (Flatpak): new calls for mounts
// Refused: EPERM
// Twin: opens the directory
// Unconfined: works for root
#include "attempt.h"
int main(void) {
  attempt(syscall(428, AT_FDCWD, at("READ", ""), 1));
  twin(open(at("READ", ""), O_RDONLY));
}
