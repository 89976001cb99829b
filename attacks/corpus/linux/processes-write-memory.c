// Route: writes into the memory of the process that launched it
// Known from: CVE-2016-8659 (bubblewrap): a privileged part that its own user could control
// Refused: EPERM
// Twin: finds its own parent
// Unconfined: works
#include "attempt.h"
#include <sys/uio.h>

int main(void) {
  char byte = 0;
  struct iovec local = {&byte, 1}, remote = {(void *)8, 1};
  long result = process_vm_writev(atoi(getenv("LAUNCHER")), &local, 1, &remote, 1, 0);
  attempt(result == -1 && errno == EFAULT ? 0 : result);
  twin(getppid());
}
