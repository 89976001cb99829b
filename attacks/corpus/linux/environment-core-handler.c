// Route: sets its limit of core dumps to nothing, by which the host's program for them is started in spite of it
// Known from: core(5): with a pipe no limit but 1 holds; CVE-2025-4598 (systemd-coredump): such a program
// Refused: unchanged
// Twin: goes on, as it would if the limit was set
// Unconfined: cannot run: the limit there is another to begin with
#include "attempt.h"
#include <sys/resource.h>

int main(void) {
  struct rlimit limit = {0, 0}, none = {0, 0};
  int set = setrlimit(RLIMIT_CORE, &none);
  syscall(SYS_prlimit64, 0, RLIMIT_CORE, &none, &limit);
  getrlimit(RLIMIT_CORE, &limit);
  answer("attempt", limit.rlim_cur == 1 && limit.rlim_max == 1 ? "unchanged" : "ok");
  twin(set);
}
