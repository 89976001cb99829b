// Route: raises its limit of core dumps, by each call and in each form
// Known from: CVE-2006-2451 (kernel)
// Refused: unchanged
// Twin: asks for the limit
// Unconfined: works
#include "attempt.h"
#include <sys/resource.h>

int main(void) {
  struct rlimit limit, old, higher = {1 << 20, 1 << 20};
  getrlimit(RLIMIT_CORE, &old);
  if (old.rlim_max == RLIM_INFINITY || old.rlim_max > higher.rlim_max) higher.rlim_max = old.rlim_max;
  if (higher.rlim_cur == old.rlim_cur) higher.rlim_cur--;
  // The call may say that it has worked; the kernel's own account counts.
  setrlimit(RLIMIT_CORE, &higher);
  prlimit(0, RLIMIT_CORE, &higher, NULL);
  prlimit(getpid(), RLIMIT_CORE, &higher, &limit);
#ifdef SYS_setrlimit
  syscall(SYS_setrlimit, RLIMIT_CORE, &higher);
#endif
  // Numbers whose upper half the kernel does not look at.
  syscall(SYS_prlimit64, 0, (1L << 32) | RLIMIT_CORE, &higher, NULL);
  getrlimit(RLIMIT_CORE, &limit);
  answer("attempt", limit.rlim_cur == old.rlim_cur && limit.rlim_max == old.rlim_max ? "unchanged" : "ok");
  twin(getrlimit(RLIMIT_CORE, &limit));
}
