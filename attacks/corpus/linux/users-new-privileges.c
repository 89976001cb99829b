// Route: takes back that it gets no new privileges
// Known from: no_new_privs of the kernel's documentation
// Refused: EINVAL
// Twin: asks whether that is so
// Unconfined: cannot run: the kernel refuses it to all
#include "attempt.h"
#include <sys/prctl.h>

int main(void) {
  attempt(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
  errno = EPERM;
  twin(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : -1);
}
