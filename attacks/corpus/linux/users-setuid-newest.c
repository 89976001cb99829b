// Route: sets the set-user-ID bit with the newest call for that
// Known from: fchmodat2(2), which Linux has since 6.6 and many filters do not know
// Refused: EPERM, ENOSYS
// Twin: makes a plain file
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(syscall(452, AT_FDCWD, at("WORK", "/file"), 04755, 0));
  twin(open(at("WORK", "/plain"), O_WRONLY | O_CREAT, 0755));
}
