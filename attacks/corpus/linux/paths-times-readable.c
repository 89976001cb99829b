// Route: changes the times of a read-only file
// Known from: Landlock does not hold utimensat(2)
// Refused: EROFS, EPERM
// Twin: reads the times
// Unconfined: works
#include "attempt.h"
int main(void) {
  struct stat stats;
  struct timespec old[2] = {{1, 0}, {1, 0}};
  attempt(utimensat(AT_FDCWD, at("READ", "/file"), old, 0));
  twin(stat(at("READ", "/file"), &stats));
}
