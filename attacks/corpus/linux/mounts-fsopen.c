// Route: opens a file system context
// Known from: CVE-2022-0185 (kernel), CVE-2021-4154 (kernel): fsconfig on a context
// Refused: EPERM
// Twin: asks which file system a directory is on
// Unconfined: works for root
#include "attempt.h"
#include <sys/vfs.h>

int main(void) {
  struct statfs stats;
  attempt(syscall(430, "tmpfs", 0));
  twin(statfs(at("READ", ""), &stats));
}
