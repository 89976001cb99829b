// Route: looks for keys of its user
// Known from: CVE-2016-0728 (kernel, keyrings); keyrings are in no namespace of their own (Docker)
// Refused: ENOSYS
// Twin: asks for random bytes
// Unconfined: works
#include "attempt.h"
#include <sys/random.h>

int main(void) {
  char byte;
  attempt(syscall(SYS_keyctl, 0, -4, 1));
  twin(getrandom(&byte, 1, 0));
}
