// Route: Gives addresses that no structure can lie at, to calls that take structures and to atomic locks.
// Known from: first principles; typed views of memory that throw for them
// Refused: EINVAL, EFAULT
// Twin: an address of the right alignment
// Unconfined: cannot run: processors take them
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

static char room[64] __attribute__((aligned(8)));
static int asks(int offset) {
  cloudabi_fdstat_t *at = (cloudabi_fdstat_t *)(void *)(room + offset);
  return (int)cloudabi_sys_fd_stat_get((cloudabi_fd_t)readable, at);
}
const char *attempt(void) {
  for (int offset = 1; offset < 8; offset++)
    if (asks(offset) == 0)
      return "ok";
  int error = (int)cloudabi_sys_lock_unlock((void *)(room + 1), CLOUDABI_SCOPE_PRIVATE);
  return error == 0 ? "ok" : named(error);
}
const char *twin(void) { return named(asks(0)); }
