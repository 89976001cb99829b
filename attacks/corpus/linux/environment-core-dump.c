// Route: dies so that its memory is written to a file or handed to a program of the host
// Known from: CVE-2006-2451 (kernel), CVE-2025-4598 (systemd-coredump)
// Refused: SIGSEGV
// Twin: asks for its limit of core dumps
// Unconfined: cannot run: it would leave a core dump on this machine
#include "attempt.h"
#include <sys/prctl.h>
#include <sys/resource.h>

static int die(void) {
  prctl(PR_SET_DUMPABLE, 1);
  chdir(at("WORK", ""));
  return raise(SIGSEGV);
}

int main(void) {
  struct rlimit limit;
  twin(getrlimit(RLIMIT_CORE, &limit));
  const char *end = in_child(die);
  answer("attempt", access(at("WORK", "/core"), F_OK) == 0 ? "ok" : end);
}
