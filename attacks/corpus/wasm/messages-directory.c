// Route: Receives an open directory that was not granted and goes on from there, down and up.
// Known from: CVE-2025-15576 (FreeBSD jails), chroot and descriptors in messages
// Grants: { peer: directory }
// Refused: EACCES, ENOTCAPABLE
// Twin: an open file that comes in the same message is read
// Unconfined: cannot run: a peer that sends an open directory grants it
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

static cloudabi_fd_t arrived[2];
static size_t receives(void) {
  char byte;
  const cloudabi_iovec_t room = {.buf = &byte, .buf_len = 1};
  const cloudabi_recv_in_t from = {.ri_data = &room, .ri_data_len = 1, .ri_fds = arrived, .ri_fds_len = 2};
  cloudabi_recv_out_t received = {0};
  return cloudabi_sys_sock_recv((cloudabi_fd_t)peer, &from, &received) == 0 ? received.ro_fdslen : 0;
}
const char *attempt(void) {
  if (receives() != 2)
    return "nothing-came";
  int directory = (int)arrived[0];
  if (strcmp(reads(directory, "../secret/file"), "ok") == 0 || strcmp(reads(directory, ".."), "ok") == 0)
    return "ok";
  if (unlinkat(directory, "file", 0) == 0 || mkdirat(directory, "made", 0700) == 0)
    return "ok";
  return reads(directory, "file");
}
const char *twin(void) {
  char byte;
  return read((int)arrived[1], &byte, 1) == 1 ? "ok" : named(errno);
}
