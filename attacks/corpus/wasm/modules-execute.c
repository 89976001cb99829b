// Route: Puts another program in its place: a file without that right, descriptors it does not have, endless lists.
// Known from: first principles; fexecve with descriptors that were not meant to survive
// Refused: ENOTCAPABLE
// Twin: it holds a program that it may execute
// Unconfined: cannot run: there is no such call
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

static int executes(int fd, const cloudabi_fd_t *fds, size_t count) {
  return (int)cloudabi_sys_proc_exec((cloudabi_fd_t)fd, "", 0, fds, count);
}
const char *attempt(void) {
  const cloudabi_fd_t foreign[] = {999, UINT32_MAX};
  if (executes(self, foreign, 2) != EBADF)
    return "foreign";
  if (executes(self, foreign, SIZE_MAX) == 0 || executes(self, (const cloudabi_fd_t *)0xfffffff0, 64) == 0)
    return "endless";
  int script = openat(work, "file", O_RDWR);
  return named(executes(script, NULL, 0));
}
const char *twin(void) {
  cloudabi_fdstat_t stat;
  if (cloudabi_sys_fd_stat_get((cloudabi_fd_t)self, &stat) != 0)
    return "no-program";
  return stat.fs_rights_base & CLOUDABI_RIGHT_PROC_EXEC ? "ok" : "no-right";
}
