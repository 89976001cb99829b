// Route: takes the root of a neighbour, which is the host's
// Known from: CVE-2016-8649 (LXC) in shape: the host's files by way of /proc
// Refused: EACCES, ENOENT
// Twin: opens a granted file
// Unconfined: works
#include "attempt.h"
int main(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/root/etc/passwd", getenv("VICTIM"));
  attempt(open(path, O_RDONLY));
  twin(open(at("READ", "/file"), O_RDONLY));
}
