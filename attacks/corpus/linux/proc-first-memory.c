// Route: opens the memory of the first process, which built its walls
// Known from: CVE-2016-9962 (runc), CVE-2012-0056 (kernel)
// Grants: { proc: true }
// Refused: EACCES, EROFS
// Twin: opens its own memory for reading
// Unconfined: cannot run: the first process of a machine is not ours
// Worlds: walls
#include "attempt.h"
int main(void) {
  attempt(open("/proc/1/mem", O_RDONLY));
  twin(open("/proc/self/mem", O_RDONLY));
}
