// Route: writes its own entry in /proc, to be spared when memory runs out
// Known from: first principles
// Grants: { proc: processes }
// Refused: EROFS, EACCES
// Twin: reads it
// Unconfined: works
// Worlds: walls
#include "attempt.h"
int main(void) {
  attempt(open("/proc/self/oom_score_adj", O_WRONLY));
  twin(open("/proc/self/oom_score_adj", O_RDONLY));
}
