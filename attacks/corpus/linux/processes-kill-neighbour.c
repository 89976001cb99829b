// Route: stops a neighbour by its process id, its thread id and a descriptor for it
// Known from: Landlock before ABI 6 did not hold signals
// Refused: ESRCH, EPERM
// Twin: signals itself in the same ways
// Unconfined: works
#include "attempt.h"
static int signal_all(pid_t target) {
  if (kill(target, SIGCONT) == 0 || syscall(SYS_tgkill, target, target, SIGCONT) == 0 ||
      syscall(SYS_tkill, target, SIGCONT) == 0)
    return 0;
  int error = errno, process = syscall(SYS_pidfd_open, target, 0);
  if (process != -1 && syscall(SYS_pidfd_send_signal, process, SIGCONT, NULL, 0) == 0) return 0;
  errno = error;
  return -1;
}

int main(void) {
  attempt(signal_all(atoi(getenv("VICTIM"))));
  twin(signal_all(getpid()));
}
