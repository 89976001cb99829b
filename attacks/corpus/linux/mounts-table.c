// Route: asks for the mounts of the host by the numbers of their namespace
// Known from: listmount(2), which Linux has since 6.8
// Refused: EPERM, ENOSYS
// Twin: asks which file system a directory is on
// Unconfined: works
#include "attempt.h"
#include <sys/vfs.h>

int main(void) {
  struct statfs stats;
  unsigned long long request[4] = {24, 0xffffffffffffffff, 0}, found[64];
  request[0] = 24;
  attempt(syscall(458, request, found, 64, 0));
  twin(statfs(at("READ", ""), &stats));
}
