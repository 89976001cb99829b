// Route: Opens a directory that may only be read by its own name, `.`, asking for more, and changes things beneath it.
// Known from: first principles; /proc/self/fd for programs that have it
// Refused: ENOTCAPABLE
// Twin: opens it by that name for reading
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  int again = openat(readable, ".", O_RDONLY | O_DIRECTORY);
  if (again < 0)
    return named(errno);
  const char *answer = writes(again, "made");
  close(again);
  return answer;
}
const char *twin(void) {
  int again = openat(readable, "./.", O_RDONLY | O_DIRECTORY);
  const char *answer = reads(again, "file");
  close(again);
  return answer;
}
