// Route: changes the times of a read-only file through a descriptor
// Known from: Landlock does not hold futimens(3)
// Refused: EROFS, EPERM
// Twin: reads the times through the descriptor
// Unconfined: works
#include "attempt.h"
int main(void) {
  struct stat stats;
  struct timespec old[2] = {{1, 0}, {1, 0}};
  int file = open(at("READ", "/file"), O_RDONLY);
  attempt(futimens(file, old));
  twin(fstat(file, &stats));
}
