// Route: looks at the process that launched it
// Known from: first principles
// Grants: { proc: true }
// Refused: ENOENT
// Twin: looks at itself
// Unconfined: works
// Worlds: walls
#include "attempt.h"

int main(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/status", getenv("LAUNCHER"));
  attempt(open(path, O_RDONLY));
  twin(open("/proc/self/status", O_RDONLY));
}
