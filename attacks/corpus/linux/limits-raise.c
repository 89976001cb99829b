// Route: raises a limit that it was given
// Known from: first principles
// Grants: { limits: { open_files: 32 } }
// Refused: EPERM
// Twin: lowers it
// Unconfined: cannot run: without a limit there is nothing to raise
#include "attempt.h"
#include <sys/resource.h>

int main(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  struct rlimit higher = {limit.rlim_max + 1, limit.rlim_max + 1}, lower = {16, limit.rlim_max};
  attempt(setrlimit(RLIMIT_NOFILE, &higher));
  twin(setrlimit(RLIMIT_NOFILE, &lower));
}
