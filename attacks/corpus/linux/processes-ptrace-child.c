// Route: traces its own child, to change the system calls that the filter has let through
// Known from: seccomp before Linux 4.8 looked at calls before the tracer, CVE-2022-30594 (kernel)
// Refused: EPERM
// Twin: has a child that ends as it says
// Unconfined: works
#include "attempt.h"
#include <sys/ptrace.h>

static int traced(void) {
  return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1 ? -errno : 0;
}

static int nothing(void) {
  return 0;
}

int main(void) {
  answer("attempt", in_child(traced));
  answer("twin", in_child(nothing));
}
