// Route: makes its memory unreadable for others, so that no supervisor could look at what it asks for, and asks
// Known from: tools whose supervisors let through what they could not read after prctl(PR_SET_DUMPABLE, 0)
// Refused: ENOENT, EACCES, EPERM
// Twin: does so, and reads what was granted
// Unconfined: works
#include "attempt.h"
#include <sys/prctl.h>

int main(void) {
  prctl(PR_SET_DUMPABLE, 0);
  attempt(open(at("SECRET", "/file"), O_RDONLY));
  twin(open(at("READ", "/file"), O_RDONLY));
}
