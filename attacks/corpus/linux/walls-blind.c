// Route: makes its memory unreadable for others, so that no supervisor could read its arguments, and opens a file outside
// Known from: tools whose supervisors let unreadable arguments through after prctl(PR_SET_DUMPABLE, 0)
// Refused: ENOENT, EACCES, EPERM
// Twin: does so, and reads a granted file
// Unconfined: works
#include "attempt.h"
#include <sys/prctl.h>

int main(void) {
  prctl(PR_SET_DUMPABLE, 0);
  attempt(open(at("SECRET", "/file"), O_RDONLY));
  twin(open(at("READ", "/file"), O_RDONLY));
}
