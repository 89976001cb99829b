// Route: Gives up rights to a file and sends it to itself, since the host's descriptor carries no rights of ours.
// Known from: first principles; descriptors in messages carry no rights
// Grants: { journal: none }
// Refused: ENOTCAPABLE
// Twin: a file with all its rights arrives and is read
// Unconfined: cannot run: there are no rights without us
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

// Sends a descriptor through a pair of sockets of its own; the number it arrives under.
static int passes(cloudabi_fd_t fd, cloudabi_fd_t *arrived) {
  cloudabi_fd_t ends[2];
  if (cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &ends[0], &ends[1]) != 0)
    return EIO;
  char byte = 'x';
  const cloudabi_ciovec_t data = {.buf = &byte, .buf_len = 1};
  const cloudabi_send_in_t in = {.si_data = &data, .si_data_len = 1, .si_fds = &fd, .si_fds_len = 1};
  cloudabi_send_out_t sent;
  int error = (int)cloudabi_sys_sock_send(ends[0], &in, &sent);
  if (error != 0)
    return error;
  const cloudabi_iovec_t room = {.buf = &byte, .buf_len = 1};
  const cloudabi_recv_in_t from = {.ri_data = &room, .ri_data_len = 1, .ri_fds = arrived, .ri_fds_len = 1};
  cloudabi_recv_out_t received = {0};
  error = (int)cloudabi_sys_sock_recv(ends[1], &from, &received);
  return error != 0 ? error : received.ro_fdslen == 1 ? 0 : ENOENT;
}
const char *attempt(void) {
  cloudabi_fd_t fd = (cloudabi_fd_t)openat(work, "file", O_RDWR), arrived = 0;
  const cloudabi_fdstat_t rights = {.fs_rights_base = CLOUDABI_RIGHT_FD_READ};
  if (cloudabi_sys_fd_stat_put(fd, &rights, CLOUDABI_FDSTAT_RIGHTS) != 0)
    return "not-lessened";
  return named(passes(fd, &arrived));
}
const char *twin(void) {
  cloudabi_fdstat_t all;
  cloudabi_sys_fd_stat_get((cloudabi_fd_t)readable, &all);
  all.fs_rights_base = all.fs_rights_inheriting;
  const cloudabi_lookup_t lookup = {.fd = (cloudabi_fd_t)readable};
  cloudabi_fd_t fd = 0, arrived = 0;
  int error = (int)cloudabi_sys_file_open(lookup, "file", 4, 0, &all, &fd);
  if (error == 0)
    error = passes(fd, &arrived);
  char byte;
  return error != 0 ? named(error) : read((int)arrived, &byte, 1) == 1 ? "ok" : named(errno);
}
