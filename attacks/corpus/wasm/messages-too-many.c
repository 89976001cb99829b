// Route: Sends and receives thousands of millions of descriptors, more than a message takes, and lists
//   beyond the memory.
// Known from: first principles; lengths of control messages that overflow
// Grants: { journal: none }
// Refused: ENOTSUP, EINVAL, EFAULT
// Twin: sends and receives one byte
// Unconfined: cannot run: the host refuses them, too
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

static cloudabi_fd_t ends[2], list[100];
static int sends(const cloudabi_fd_t *fds, size_t count) {
  const cloudabi_ciovec_t data = {.buf = "x", .buf_len = 1};
  const cloudabi_send_in_t in = {.si_data = &data, .si_data_len = 1, .si_fds = fds, .si_fds_len = count};
  cloudabi_send_out_t sent;
  return (int)cloudabi_sys_sock_send(ends[0], &in, &sent);
}
static int receives(cloudabi_fd_t *fds, size_t count) {
  char byte;
  const cloudabi_iovec_t data = {.buf = &byte, .buf_len = 1};
  const cloudabi_recv_in_t in = {.ri_data = &data, .ri_data_len = 1, .ri_fds = fds, .ri_fds_len = count};
  cloudabi_recv_out_t received;
  return (int)cloudabi_sys_sock_recv(ends[1], &in, &received);
}
const char *attempt(void) {
  if (cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &ends[0], &ends[1]) != 0)
    return "no-sockets";
  for (size_t at = 0; at < 100; at++)
    list[at] = (cloudabi_fd_t)readable;
  static const size_t counts[] = {100, 65, 0x40000000, 0x80000000, SIZE_MAX};
  int error = 0;
  for (size_t at = 0; at < sizeof(counts) / sizeof(counts[0]); at++)
    if ((error = sends(list, counts[at])) == 0)
      return "ok";
  if (sends((cloudabi_fd_t *)0xfffffff0, 2) == 0 || receives((cloudabi_fd_t *)0xfffffff0, 64) == 0)
    return "ok";
  // Bytes that are there, and room for descriptors that is not.
  if (sends(NULL, 0) != 0 || receives(list, 0x40000000) == 0)
    return "ok";
  return named(error);
}
const char *twin(void) { return sends(NULL, 0) == 0 ? named(receives(NULL, 0)) : "not-sent"; }
