// Route: attaches to a neighbour with ptrace
// Known from: CVE-2016-8659 (bubblewrap), CVE-2019-13272 (kernel)
// Refused: EPERM
// Twin: finds its own parent
// Unconfined: works
#include "attempt.h"
#include <sys/ptrace.h>

int main(void) {
  attempt(ptrace(PTRACE_SEIZE, atoi(getenv("VICTIM")), NULL, NULL));
  twin(getppid());
}
