// Route: reads the memory of a neighbour
// Known from: first principles
// Refused: EPERM
// Twin: copies memory of its own
// Unconfined: works
#include "attempt.h"
#include <sys/uio.h>

int main(void) {
  char from[8] = "x", to[8];
  struct iovec local = {to, 8}, remote = {(void *)0x400000, 8};
  long result = process_vm_readv(atoi(getenv("VICTIM")), &local, 1, &remote, 1, 0);
  // Without a mapping at the address, the answer still shows the right.
  attempt(result == -1 && errno == EFAULT ? 0 : result);
  memcpy(to, from, 8);
  twin(0);
}
