// Route: makes calls that the filter cannot know
// Known from: CVE-2021-41133 (Flatpak): calls that are newer than the filter
// Refused: ENOSYS
// Twin: makes a call that every kernel has
// Unconfined: cannot run: no kernel has these calls
#include "attempt.h"
int main(void) {
  int result = -1;
  for (long number = 500; number < 1100 && result == -1; number++) {
    errno = 0;
    result = syscall(number, 0, 0, 0, 0, 0, 0);
    if (result == -1 && errno != ENOSYS) result = 0;
  }
  errno = ENOSYS;
  attempt(result);
  twin(getpid());
}
