// Route: Sends an append-only file to itself: the received descriptor is one that no rule of the filter knows.
// Known from: first principles; rules about numbers of descriptors
// Refused: EPERM, ENOTCAPABLE
// Twin: the file grows
// Unconfined: cannot run: there are no rights without us
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

const char *attempt(void) {
  cloudabi_fd_t ends[2];
  if (cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &ends[0], &ends[1]) != 0)
    return "no-sockets";
  const cloudabi_fd_t fd = (cloudabi_fd_t)journal;
  const cloudabi_ciovec_t data = {.buf = "x", .buf_len = 1};
  const cloudabi_send_in_t in = {.si_data = &data, .si_data_len = 1, .si_fds = &fd, .si_fds_len = 1};
  cloudabi_send_out_t sent;
  return named((int)cloudabi_sys_sock_send(ends[0], &in, &sent));
}
const char *twin(void) { return write(journal, "a line\n", 7) == 7 ? "ok" : named(errno); }
