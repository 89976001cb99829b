// Socket calls: on things that are none, and on a listening socket that the harness hands in as descriptor 4
// (after the directory) when a case says `listener`. The harness connects, sends `ping`, closes its sending
// side, and expects `pong` and then the end.
#include "scratch.h"

#define LISTENER 4

static __wasi_errno_t shut(__wasi_fd_t fd) { return __wasi_sock_shutdown(fd, __WASI_SDFLAGS_RD); }

static __wasi_errno_t receive(__wasi_fd_t fd, char *into, size_t length, __wasi_riflags_t how, __wasi_size_t *got) {
  __wasi_iovec_t piece = {(uint8_t *)into, length};
  __wasi_roflags_t flags = 9;
  __wasi_errno_t error = __wasi_sock_recv(fd, &piece, 1, how, got, &flags);
  if (error == E(SUCCESS)) CHECK(flags, 0);
  return error;
}

static __wasi_errno_t send(__wasi_fd_t fd, const char *text, __wasi_size_t *sent) {
  __wasi_ciovec_t piece = {(const uint8_t *)text, strlen(text)};
  return __wasi_sock_send(fd, &piece, 1, 0, sent);
}

static void bad_descriptors(void) {
  char byte;
  __wasi_fd_t fd;
  __wasi_size_t moved;
  CHECK(shut(99), E(BADF));
  CHECK(receive(99, &byte, 1, 0, &moved), E(BADF));
  CHECK(send(99, "x", &moved), E(BADF));
  CHECK(__wasi_sock_accept(99, 0, &fd), E(BADF));
  CHECK(shut((__wasi_fd_t)-1), E(BADF));
}

static void on_standard_output(void) { CHECK(shut(1), E(NOTSOCK)); }

static void on_files(void) {
  char byte;
  __wasi_fd_t fd, file = create_file(ROOT, "file");
  __wasi_size_t moved;
  const __wasi_fd_t each[] = {file, ROOT, 1};
  for (size_t i = 0; i < LENGTH(each); i++) {
    CHECK(shut(each[i]), E(NOTSOCK));
    CHECK(receive(each[i], &byte, 1, 0, &moved), E(NOTSOCK));
    CHECK(send(each[i], "x", &moved), E(NOTSOCK));
    CHECK(__wasi_sock_accept(each[i], 0, &fd), E(NOTSOCK));
  }
}

// Waits for a peer to read from or to accept. The listener blocks or not as it was handed in.
static void wait_for(__wasi_fd_t fd) {
  __wasi_event_t event;
  __wasi_size_t got;
  __wasi_subscription_t sub = {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_FD_READ}};
  sub.u.u.fd_read.file_descriptor = fd;
  OK(__wasi_poll_oneoff(&sub, &event, 1, &got));
  CHECK(got, 1);
  CHECK(event.error, E(SUCCESS));
}

static __wasi_fd_t accept_one(void) {
  __wasi_fd_t fd;
  wait_for(LISTENER);
  OK(__wasi_sock_accept(LISTENER, 0, &fd));
  CHECK_TRUE(fd != LISTENER);
  return fd;
}

static void unknown_how(void) {
  __wasi_fd_t fd = accept_one();
  CHECK(__wasi_sock_shutdown(fd, 0), E(INVAL));
  CHECK(__wasi_sock_shutdown(fd, 0x10), E(INVAL));
  OK(__wasi_sock_shutdown(fd, __WASI_SDFLAGS_RD));
}

static void listener_kind(void) {
  __wasi_fdstat_t stat = fdstat_of(LISTENER);
  __wasi_prestat_t prestat;
  CHECK(stat.fs_filetype, __WASI_FILETYPE_SOCKET_STREAM);
  CHECK_TRUE(stat.fs_rights_base & R(SOCK_ACCEPT));
  CHECK(__wasi_fd_prestat_get(LISTENER, &prestat), E(BADF));
}

// One conversation: peek, take, end, answer, shut down.
static void conversation(void) {
  char bytes[16];
  __wasi_size_t moved;
  __wasi_fd_t fd = accept_one();
  CHECK(fdstat_of(fd).fs_filetype, __WASI_FILETYPE_SOCKET_STREAM);
  OK(receive(fd, bytes, 2, __WASI_RIFLAGS_RECV_PEEK, &moved));
  CHECK_TRUE(moved >= 1);
  CHECK(bytes[0], 'p');
  OK(receive(fd, bytes, 4, __WASI_RIFLAGS_RECV_WAITALL, &moved));
  CHECK(moved, 4);
  CHECK(memcmp(bytes, "ping", 4), 0);
  OK(receive(fd, bytes, 16, 0, &moved));
  CHECK(moved, 0);
  OK(send(fd, "pong", &moved));
  CHECK(moved, 4);
  OK(__wasi_sock_shutdown(fd, __WASI_SDFLAGS_WR));
  CHECK(send(fd, "x", &moved), E(PIPE));
  OK(__wasi_fd_close(fd));
}

// The same with the calls for files.
static void conversation_by_read_and_write(void) {
  char bytes[16];
  __wasi_filesize_t at;
  __wasi_size_t moved, total = 0;
  __wasi_fd_t fd = accept_one();
  do {
    OK(try_read(fd, bytes + total, sizeof(bytes) - total, &moved));
    total += moved;
  } while (moved > 0);
  CHECK(total, 4);
  CHECK_ANY(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at), E(SPIPE), E(NOTCAPABLE), E(BADF));
  write_text(fd, "pong");
  OK(__wasi_sock_shutdown(fd, __WASI_SDFLAGS_RD | __WASI_SDFLAGS_WR));
  OK(__wasi_fd_close(fd));
}

// Accepting waits for nothing when told not to block, and poll says when there is a client. The harness
// connects a while after the start.
static void nonblocking(void) {
  __wasi_fd_t fd;
  OK(__wasi_fd_fdstat_set_flags(LISTENER, __WASI_FDFLAGS_NONBLOCK));
  CHECK(__wasi_sock_accept(LISTENER, __WASI_FDFLAGS_NONBLOCK, &fd), E(AGAIN));
  write_text(1, "polling\n");
  wait_for(LISTENER);
  OK(__wasi_sock_accept(LISTENER, __WASI_FDFLAGS_NONBLOCK, &fd));
  CHECK(fdstat_of(fd).fs_flags, __WASI_FDFLAGS_NONBLOCK);
  char bytes[8];
  __wasi_size_t moved;
  wait_for(fd);
  OK(receive(fd, bytes, sizeof(bytes), 0, &moved));
  CHECK(moved, 4);
  write_text(fd, "pong");
  OK(__wasi_fd_close(fd));
}

CASES({"bad-descriptors", bad_descriptors}, {"on-standard-output", on_standard_output}, {"on-files", on_files},
      {"unknown-how", unknown_how}, {"listener-kind", listener_kind}, {"conversation", conversation},
      {"conversation-by-read-and-write", conversation_by_read_and_write}, {"nonblocking", nonblocking})
