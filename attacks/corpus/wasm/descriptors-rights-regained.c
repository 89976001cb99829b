// Route: Gives a right up, then takes it back by setting, duplicating, replacing and opening again.
// Known from: CloudABI and Capsicum, whose rights can only shrink
// Refused: ENOTCAPABLE
// Twin: gives another right up
// Unconfined: cannot run: there are no rights without us
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

static const cloudabi_fdstat_t everything = {.fs_rights_base = UINT64_MAX, .fs_rights_inheriting = UINT64_MAX};
static int sets(cloudabi_fd_t fd, const cloudabi_fdstat_t *to) {
  return (int)cloudabi_sys_fd_stat_put(fd, to, CLOUDABI_FDSTAT_RIGHTS);
}
static cloudabi_fd_t lessened(void) {
  cloudabi_fd_t fd = 0;
  cloudabi_fdstat_t stat;
  cloudabi_sys_fd_dup((cloudabi_fd_t)work, &fd);
  cloudabi_sys_fd_stat_get(fd, &stat);
  stat.fs_rights_base &= ~(cloudabi_rights_t)CLOUDABI_RIGHT_FILE_UNLINK;
  stat.fs_rights_inheriting &= ~(cloudabi_rights_t)CLOUDABI_RIGHT_FILE_UNLINK;
  return sets(fd, &stat) == 0 ? fd : 0;
}
const char *attempt(void) {
  cloudabi_fd_t fd = lessened(), copy = 0, again = 0;
  if (fd == 0)
    return "not-lessened";
  if (sets(fd, &everything) == 0 || sets((cloudabi_fd_t)readable, &everything) == 0)
    return "ok";
  if (cloudabi_sys_fd_dup(fd, &copy) != 0 || sets(copy, &everything) == 0)
    return "ok";
  cloudabi_sys_fd_replace(fd, copy);
  const cloudabi_lookup_t here = {.fd = fd};
  if (cloudabi_sys_file_open(here, ".", 1, CLOUDABI_O_DIRECTORY, &everything, &again) == 0)
    return "ok";
  const cloudabi_fdstat_t unlink = {.fs_rights_base = CLOUDABI_RIGHT_FILE_UNLINK};
  if (cloudabi_sys_file_open(here, ".", 1, CLOUDABI_O_DIRECTORY, &unlink, &again) == 0)
    return "ok";
  return named((int)cloudabi_sys_file_unlink(copy, "file", 4, 0));
}
const char *twin(void) { return lessened() != 0 ? "ok" : "not-lessened"; }
