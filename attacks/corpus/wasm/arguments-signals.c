// Route: Raises signals that would stop the process, be caught by the runtime, or do not exist.
// Known from: first principles; a stopped child that its parent waits for
// Refused: ENOTSUP, EINVAL
// Twin: a signal that is ignored
// Unconfined: cannot run: a process can stop itself
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

const char *attempt(void) {
  for (int number = 30; number < 256; number++)
    if (cloudabi_sys_proc_raise((cloudabi_signal_t)number) == 0)
      return "ok";
  return named((int)cloudabi_sys_proc_raise(CLOUDABI_SIGSTOP));
}
const char *twin(void) { return named((int)cloudabi_sys_proc_raise(CLOUDABI_SIGCHLD)); }
