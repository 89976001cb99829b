// Route: opens a file of the host through the root of its own process
// Known from: CVE-2016-8649 (LXC) in shape: the host's files by way of /proc
// Grants: { proc: true }
// Refused: ENOENT, EACCES
// Twin: opens a granted file through it
// Unconfined: works
// Worlds: walls
#include "attempt.h"
int main(void) {
  attempt(open("/proc/self/root/etc/shells", O_RDONLY));
  twin(open("/proc/self/exe", O_RDONLY));
}
