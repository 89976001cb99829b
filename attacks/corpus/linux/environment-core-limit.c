// Route: raises its limit of core dumps
// Known from: CVE-2006-2451 (kernel)
// Refused: EINVAL
// Twin: asks for the limit
// Unconfined: works
#include "attempt.h"
#include <sys/resource.h>

int main(void) {
  struct rlimit limit = {1 << 20, 1 << 20};
  attempt(setrlimit(RLIMIT_CORE, &limit));
  twin(getrlimit(RLIMIT_CORE, &limit));
}
