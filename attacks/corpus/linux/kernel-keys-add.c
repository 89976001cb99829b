// Route: puts a key into a keyring
// Known from: CVE-2016-0728 (kernel, keyrings)
// Refused: ENOSYS
// Twin: asks for random bytes
// Unconfined: works
#include "attempt.h"
#include <sys/random.h>

int main(void) {
  char byte;
  attempt(syscall(SYS_add_key, "user", "attack", "x", 1, -1));
  twin(getrandom(&byte, 1, 0));
}
