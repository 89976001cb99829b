// Route: changes the mode of a file that it may not open, through an O_PATH descriptor
// Known from: Landlock does not hold fchmodat2(2), which Linux has since 6.6
// Refused: ENOENT, EPERM, EBADF
// Twin: opens a granted file with O_PATH
// Unconfined: works
#include "attempt.h"
int main(void) {
  int file = open(at("SECRET", "/file"), O_PATH);
  attempt(file == -1 ? -1 : syscall(452, file, "", 0666, AT_EMPTY_PATH));
  twin(open(at("READ", "/file"), O_PATH));
}
