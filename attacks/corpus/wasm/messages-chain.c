// Route: Sends a file from socket to socket, with its own sockets in the messages, in the hope that a right grows on the way.
// Known from: first principles; descriptors in messages carry no rights of ours
// Grants: { journal: none }
// Refused: EBADF, ENOTCAPABLE
// Twin: the file is read at the end of the way
// Unconfined: cannot run: there are no rights without us
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

static cloudabi_errno_t passOn(cloudabi_fd_t socket, const cloudabi_fd_t *fds, size_t count) {
  const cloudabi_ciovec_t data = {.buf = "x", .buf_len = 1};
  const cloudabi_send_in_t in = {.si_data = &data, .si_data_len = 1, .si_fds = fds, .si_fds_len = count};
  cloudabi_send_out_t sent;
  return cloudabi_sys_sock_send(socket, &in, &sent);
}
static size_t takeFrom(cloudabi_fd_t socket, cloudabi_fd_t *fds, size_t count) {
  char byte;
  const cloudabi_iovec_t room = {.buf = &byte, .buf_len = 1};
  const cloudabi_recv_in_t from = {.ri_data = &room, .ri_data_len = 1, .ri_fds = fds, .ri_fds_len = count};
  cloudabi_recv_out_t received = {0};
  return cloudabi_sys_sock_recv(socket, &from, &received) == 0 ? received.ro_fdslen : 0;
}
// Opens a file with all rights to read it, which is what a receiver gets.
static int openToSend(const char *path) {
  const cloudabi_lookup_t lookup = {.fd = (cloudabi_fd_t)work};
  const cloudabi_fdstat_t rights = {.fs_rights_base = CLOUDABI_RIGHT_FD_READ | CLOUDABI_RIGHT_FD_SEEK |
                                                      CLOUDABI_RIGHT_FD_TELL | CLOUDABI_RIGHT_MEM_MAP |
                                                      CLOUDABI_RIGHT_FILE_STAT_FGET};
  cloudabi_fd_t fd;
  return cloudabi_sys_file_open(lookup, path, strlen(path), 0, &rights, &fd) == 0 ? (int)fd : -1;
}
// Sends a descriptor through a new pair of sockets, the next pair with it, as often as is said.
static int throughMany(int fd, int hops) {
  cloudabi_fd_t ends[2];
  if (cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &ends[0], &ends[1]) != 0)
    return -1;
  for (int hop = 0; hop < hops; hop++) {
    cloudabi_fd_t next[2], arrived[2];
    if (cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &next[0], &next[1]) != 0)
      return -1;
    const cloudabi_fd_t sent[2] = {(cloudabi_fd_t)fd, next[0]};
    if (passOn(ends[0], sent, 2) != 0 || takeFrom(ends[1], arrived, 2) != 2)
      return -1;
    close((int)next[0]);
    close((int)ends[0]);
    close((int)ends[1]);
    close(fd);
    fd = (int)arrived[0];
    ends[0] = arrived[1];
    ends[1] = next[1];
  }
  close((int)ends[0]);
  close((int)ends[1]);
  return fd;
}
const char *attempt(void) {
  writes(work, "grown");
  int fd = throughMany(openToSend("grown"), 20);
  if (fd < 0)
    return "lost";
  cloudabi_fdstat_t stat;
  if (cloudabi_sys_fd_stat_get((cloudabi_fd_t)fd, &stat) == 0 &&
      stat.fs_rights_base & (CLOUDABI_RIGHT_FD_WRITE | CLOUDABI_RIGHT_FILE_STAT_FPUT_SIZE | CLOUDABI_RIGHT_PROC_EXEC))
    return "rights";
  if (ftruncate(fd, 0) == 0)
    return "ok";
  return write(fd, "x", 1) == 1 ? "ok" : named(errno);
}
// Two sockets that are under way in each other have no owner; the kernel collects them.
static void sendInCircles(void) {
  cloudabi_fd_t one[2], other[2];
  for (int round = 0; round < 200; round++) {
    if (cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &one[0], &one[1]) != 0)
      return;
    if (cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &other[0], &other[1]) != 0)
      return;
    passOn(one[0], &other[1], 1);
    passOn(other[0], &one[1], 1);
    close((int)one[0]);
    close((int)one[1]);
    close((int)other[0]);
    close((int)other[1]);
  }
}
const char *twin(void) {
  sendInCircles();
  writes(work, "sent");
  int fd = throughMany(openToSend("sent"), 3);
  char byte;
  return fd < 0 ? "lost" : read(fd, &byte, 1) == 1 ? "ok" : named(errno);
}
