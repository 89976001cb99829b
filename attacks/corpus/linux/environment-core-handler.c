// Route: sets its limit of core dumps to nothing, by which the host's program for them is started in spite of it
// Known from: core(5): with a pipe no limit but 1 holds; CVE-2025-4598 (systemd-coredump): such a program
// Refused: EINVAL
// Twin: asks for the limit, which is the one that starts no program
// Unconfined: cannot run: the limit there is another to begin with
#include "attempt.h"
#include <sys/resource.h>

int main(void) {
  struct rlimit limit, none = {0, 0};
  attempt(setrlimit(RLIMIT_CORE, &none));
  errno = ERANGE;
  twin(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 1 && limit.rlim_max == 1 ? 0 : -1);
}
