/* Streams: TCP connections, pipes and terminals; reading, connections and descriptors that arrive. */
#include "loop.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_SIZE = 65536, DESCRIPTORS_MAX = 64, READS_PER_ROUND = 32 };

static void init_stream(uv_loop_t *loop, uv_stream_t *stream, uv_handle_type type, bool ipc) {
  uv__init(loop, HANDLE(stream), type);
  stream->write_queue_size = 0;
  stream->_alloc_cb = NULL;
  stream->_read_cb = NULL;
  stream->_connection_cb = NULL;
  stream->_fd = -1;
  stream->_ipc = ipc;
  stream->_pending = NULL;
  stream->_pending_count = 0;
  stream->_writes = stream->_last_write = NULL;
  stream->_shutdown = NULL;
}

void uv__set_nonblocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  /* Without the right to do so, one call follows each time that the descriptor is ready. */
  if (flags >= 0 && (flags & O_NONBLOCK) == 0)
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

bool uv__is_socket(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

/* Gives a stream its descriptor, and learns in which directions it is open. */
static int open_stream(uv_stream_t *stream, int fd) {
  if (stream->_fd >= 0)
    return UV_EBUSY;
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0)
    return negative(errno);
  int mode = flags & O_ACCMODE;
  stream->_flags |= (mode == O_WRONLY ? 0u : READABLE) | (mode == O_RDONLY ? 0u : WRITABLE);
  uv__set_nonblocking(fd);
  stream->_fd = fd;
  return 0;
}

int uv_tcp_init(uv_loop_t *loop, uv_tcp_t *tcp) {
  init_stream(loop, STREAM(tcp), UV_TCP, false);
  return 0;
}
int uv_tcp_init_ex(uv_loop_t *loop, uv_tcp_t *tcp, unsigned int flags) {
  int family = (int)(flags & 0xff);
  if (family != AF_UNSPEC && family != AF_INET && family != AF_INET6)
    return UV_EINVAL;
  /* libuv makes a socket at once if a family is named; no program here can. */
  return family == AF_UNSPEC ? uv_tcp_init(loop, tcp) : UV_EAFNOSUPPORT;
}
int uv_tcp_open(uv_tcp_t *tcp, uv_os_sock_t fd) { return open_stream(STREAM(tcp), fd); }
int uv_pipe_init(uv_loop_t *loop, uv_pipe_t *pipe, int ipc) {
  init_stream(loop, STREAM(pipe), UV_NAMED_PIPE, ipc != 0);
  return 0;
}
int uv_pipe_open(uv_pipe_t *pipe, uv_file fd) { return open_stream(STREAM(pipe), fd); }
int uv_tty_init(uv_loop_t *loop, uv_tty_t *tty, uv_file fd, int readable) {
  (void)readable;
  if (fd < 0)
    return UV_EBADF;
  init_stream(loop, STREAM(tty), UV_TTY, false);
  return open_stream(STREAM(tty), fd);
}
int uv_tty_reset_mode(void) { return 0; }

int uv_is_readable(const uv_stream_t *stream) { return uv__is((const uv_handle_t *)stream, READABLE); }
int uv_is_writable(const uv_stream_t *stream) { return uv__is((const uv_handle_t *)stream, WRITABLE); }

int uv_stream_set_blocking(uv_stream_t *stream, int blocking) {
  int flags = fcntl(stream->_fd, F_GETFL);
  if (flags < 0 || fcntl(stream->_fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0)
    return negative(errno);
  stream->_flags = blocking ? stream->_flags | BLOCKING : stream->_flags & ~(unsigned)BLOCKING;
  return 0;
}

int uv_read_start(uv_stream_t *stream, uv_alloc_cb allocate, uv_read_cb callback) {
  if (uv_is_closing(HANDLE(stream)) || allocate == NULL || callback == NULL)
    return UV_EINVAL;
  if (!uv_is_readable(stream))
    return UV_ENOTCONN;
  stream->_alloc_cb = allocate;
  stream->_read_cb = callback;
  uv__start(HANDLE(stream));
  return 0;
}

/* A stream is active while it reads, listens, writes or shuts down. */
static void settle(uv_stream_t *stream) {
  if (stream->_read_cb == NULL && stream->_connection_cb == NULL)
    uv__stop(HANDLE(stream));
}

int uv_read_stop(uv_stream_t *stream) {
  stream->_read_cb = NULL;
  stream->_alloc_cb = NULL;
  settle(stream);
  return 0;
}

int uv_listen(uv_stream_t *server, int backlog, uv_connection_cb callback) {
  (void)backlog;
  if (server->_fd < 0 || callback == NULL || uv_is_closing(HANDLE(server)))
    return UV_EINVAL;
  server->_connection_cb = callback;
  uv__start(HANDLE(server));
  return 0;
}

/* Adds a descriptor to those that wait for uv_accept. */
static bool keep_pending(uv_stream_t *stream, int fd) {
  int *more = realloc(stream->_pending, (stream->_pending_count + 1) * sizeof(int));
  if (more == NULL) {
    close(fd);
    return false;
  }
  more[stream->_pending_count++] = fd;
  stream->_pending = more;
  return true;
}

static int take_pending(uv_stream_t *stream) {
  int fd = stream->_pending[0];
  memmove(stream->_pending, stream->_pending + 1, --stream->_pending_count * sizeof(int));
  return fd;
}

int uv_accept(uv_stream_t *server, uv_stream_t *client) {
  if (server->_pending_count == 0)
    return UV_EAGAIN;
  int fd = server->_pending[0];
  int error;
  if (client->type == UV_UDP)
    error = uv_udp_open((uv_udp_t *)client, fd);
  else
    error = open_stream(client, fd);
  if (error == 0)
    take_pending(server);
  return error;
}

int uv_pipe_pending_count(uv_pipe_t *pipe) { return pipe->_ipc ? (int)pipe->_pending_count : 0; }

uv_handle_type uv_pipe_pending_type(uv_pipe_t *pipe) {
  return pipe->_ipc && pipe->_pending_count > 0 ? uv_guess_handle(pipe->_pending[0]) : UV_UNKNOWN_HANDLE;
}

static void accept_connections(uv_stream_t *server) {
  for (int i = 0; i < READS_PER_ROUND && server->_connection_cb != NULL; ++i) {
    int fd = accept(server->_fd, NULL, NULL);
    if (fd < 0) {
      if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
        server->_connection_cb(server, -errno);
      return;
    }
    if (!keep_pending(server, fd))
      return;
    server->_connection_cb(server, 0);
    /* One that was not accepted in the callback may be accepted later, and then there is no more room for others. */
    if (server->_pending_count > 0)
      return;
  }
}

static ssize_t read_ipc(uv_stream_t *stream, const uv_buf_t *buffer) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
  } control;
  struct iovec vector = {.iov_base = buffer->base, .iov_len = buffer->len};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
  ssize_t length = recvmsg(stream->_fd, &message, 0);
  if (length < 0)
    return length;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd;
      memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
      keep_pending(stream, fd);
    }
  }
  return length;
}

/* Reads once; false if there is nothing more to read now. */
static bool read_once(uv_stream_t *stream) {
  uv_buf_t buffer = {NULL, 0};
  stream->_alloc_cb(HANDLE(stream), READ_SIZE, &buffer);
  if (stream->_read_cb == NULL)
    return false;
  uv_read_cb callback = stream->_read_cb;
  if (buffer.base == NULL || buffer.len == 0) {
    callback(stream, UV_ENOBUFS, &buffer);
    return false;
  }
  ssize_t length = stream->_ipc ? read_ipc(stream, &buffer) : read(stream->_fd, buffer.base, buffer.len);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) {
    callback(stream, 0, &buffer);
    return false;
  }
  if (length <= 0) {
    int error = length == 0 ? UV_EOF : -errno;
    uv_read_stop(stream);
    callback(stream, error, &buffer);
    return false;
  }
  bool full = (size_t)length == buffer.len;
  callback(stream, length, &buffer);
  return full && !uv__is(HANDLE(stream), BLOCKING) && stream->_read_cb != NULL;
}

void uv__stream_readable(uv_stream_t *stream) {
  if (stream->_connection_cb != NULL) {
    if (stream->_pending_count == 0)
      accept_connections(stream);
    return;
  }
  /* One reading each round, so that a fast peer does not starve the other handles. */
  read_once(stream);
}

void uv__release_stream(uv_stream_t *stream) {
  uv_write_t *write = stream->_writes;
  stream->_writes = stream->_last_write = NULL;
  stream->_read_cb = NULL;
  stream->_connection_cb = NULL;
  for (; write != NULL; write = write->_next_write)
    uv__done(stream->loop, REQUEST(write), UV_ECANCELED);
  if (stream->_shutdown != NULL)
    uv__done(stream->loop, REQUEST(stream->_shutdown), UV_ECANCELED);
  stream->_shutdown = NULL;
  stream->_flags &= ~(unsigned)(READABLE | WRITABLE);
  if (stream->_fd >= 0)
    close(stream->_fd);
  stream->_fd = -1;
}

void uv__free_stream(uv_stream_t *stream) {
  while (stream->_pending_count > 0)
    close(take_pending(stream));
  free(stream->_pending);
  stream->_pending = NULL;
}
