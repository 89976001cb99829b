// Route: changes the mode of a read-only file
// Known from: Landlock does not hold chmod(2)
// Refused: EROFS, EPERM
// Twin: reads the mode
// Unconfined: works
#include "attempt.h"
int main(void) {
  struct stat stats;
  attempt(chmod(at("READ", "/file"), 0666));
  twin(stat(at("READ", "/file"), &stats));
}
