// Route: asks where the locks of a neighbour lie in its memory
// Known from: get_robust_list(2): addresses of another process, against randomization
// Refused: ESRCH, EPERM
// Twin: asks about its own
// Unconfined: works
#include "attempt.h"
int main(void) {
  void *head;
  size_t length;
  attempt(syscall(SYS_get_robust_list, atoi(getenv("VICTIM")), &head, &length));
  twin(syscall(SYS_get_robust_list, 0, &head, &length));
}
