// Route: changes the mode of what it may not open, through a descriptor for its path alone
// Known from: Landlock does not hold fchmodat2(2), which Linux has since 6.6
// Refused: ENOENT, EPERM, EBADF
// Twin: opens what was granted for its path alone
// Unconfined: works
#include "attempt.h"
int main(void) {
  int file = open(at("SECRET", "/file"), O_PATH);
  attempt(file == -1 ? -1 : syscall(452, file, "", 0666, AT_EMPTY_PATH));
  twin(open(at("READ", "/file"), O_PATH));
}
