// Route: follows a relative symbolic link of its own making
// Known from: CVE-2021-30465 (runc), CVE-2017-1002101 (Kubernetes)
// Refused: ENOENT, EACCES
// Twin: follows a relative link to a granted file
// Unconfined: works
#include "attempt.h"
int main(void) {
  symlink("../secret/file", at("WORK", "/out"));
  symlink("../read/file", at("WORK", "/in"));
  attempt(open(at("WORK", "/out"), O_RDONLY));
  twin(open(at("WORK", "/in"), O_RDONLY));
}
