// Route: makes a directory that was not granted accessible to all, by chmod
// Known from: Landlock does not hold chmod(2)
// Refused: ENOENT, EPERM
// Twin: reads the mode of a granted file
// Unconfined: works
#include "attempt.h"
int main(void) {
  struct stat stats;
  attempt(chmod(at("SECRET", ""), 0777));
  twin(stat(at("READ", "/file"), &stats));
}
