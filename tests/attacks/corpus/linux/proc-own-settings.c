// Route: writes its own entry in /proc, to be spared when memory runs out
// Known from: CVE-2022-0847 in shape: state of the kernel behind files of /proc
// Grants: { proc: true }
// Refused: EROFS, EACCES
// Twin: reads it
// Unconfined: works
// Worlds: walls
#include "attempt.h"
int main(void) {
  attempt(open("/proc/self/oom_score_adj", O_WRONLY));
  twin(open("/proc/self/oom_score_adj", O_RDONLY));
}
