// Route: attaches to a neighbour with ptrace
// Known from: first principles
// Refused: EPERM
// Twin: finds its own parent
// Unconfined: works
#include "attempt.h"
#include <sys/ptrace.h>

int main(void) {
  pid_t victim = atoi(getenv("VICTIM"));
  attempt(ptrace(PTRACE_SEIZE, victim, NULL, NULL));
  twin(getppid());
}
