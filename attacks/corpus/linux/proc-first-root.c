// Route: takes the root and the working directory of the first process
// Known from: CVE-2016-8649 (LXC), CVE-2024-21626 (runc)
// Grants: { proc: true }
// Refused: EACCES, ENOENT
// Twin: takes its own
// Unconfined: cannot run: the first process of a machine is not ours
// Worlds: walls
#include "attempt.h"
int main(void) {
  int file = open("/proc/1/root/etc/passwd", O_RDONLY);
  attempt(file == -1 ? open("/proc/1/cwd/etc/passwd", O_RDONLY) : file);
  twin(open("/proc/self/root", O_PATH));
}
