// Route: opens the memory of a neighbour
// Known from: CVE-2012-0056 (kernel)
// Refused: EACCES, ENOENT
// Twin: opens a granted file
// Unconfined: works
#include "attempt.h"
int main(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/mem", getenv("VICTIM"));
  attempt(open(path, O_RDWR));
  twin(open(at("READ", "/file"), O_RDONLY));
}
