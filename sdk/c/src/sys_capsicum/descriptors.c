#include <cloudabi_syscalls.h>
#include <sys/capsicum.h>

#include "../result.h"

int cap_rights_get_explicit(int fd, cap_rights_t *base, cap_rights_t *inheriting) {
  cloudabi_fdstat_t stat;
  int error = cloudabi_sys_fd_stat_get((cloudabi_fd_t)fd, &stat);
  if (error != 0)
    return result_of(error);
  base->private_bits = stat.fs_rights_base;
  inheriting->private_bits = stat.fs_rights_inheriting;
  return 0;
}

int cap_rights_get(int fd, cap_rights_t *rights) {
  cap_rights_t inheriting;
  if (cap_rights_get_explicit(fd, rights, &inheriting) != 0)
    return -1;
  cap_rights_merge(rights, &inheriting);
  return 0;
}

int cap_rights_limit_explicit(int fd, const cap_rights_t *base, const cap_rights_t *inheriting) {
  cloudabi_fdstat_t stat = {.fs_rights_base = base->private_bits, .fs_rights_inheriting = inheriting->private_bits};
  return result_of(cloudabi_sys_fd_stat_put((cloudabi_fd_t)fd, &stat, CLOUDABI_FDSTAT_RIGHTS));
}

int cap_rights_limit(int fd, const cap_rights_t *rights) {
  cap_rights_t base, inheriting;
  if (cap_rights_get_explicit(fd, &base, &inheriting) != 0)
    return -1;
  base.private_bits &= rights->private_bits;
  inheriting.private_bits &= rights->private_bits;
  return cap_rights_limit_explicit(fd, &base, &inheriting);
}
