/* Streams: writing, and the end of it. */
#include "loop.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { VECTORS_MAX = 64 };

static size_t bytes_of(const uv_buf_t *buffers, unsigned count) {
  size_t sum = 0;
  for (unsigned i = 0; i < count; ++i)
    sum += buffers[i].len;
  return sum;
}

_Static_assert(sizeof(uv_buf_t) == sizeof(struct iovec) && offsetof(uv_buf_t, len) == offsetof(struct iovec, iov_len),
               "both name bytes alike");

/* Writes some bytes, with a descriptor if it is not -1: how many, or an error. */
static ssize_t write_some(int fd, const uv_buf_t *buffers, unsigned count, int descriptor) {
  int vectors = count > VECTORS_MAX ? VECTORS_MAX : (int)count;
  ssize_t written;
  if (descriptor < 0) {
    written = writev(fd, (const struct iovec *)buffers, vectors);
  } else {
    union {
      struct cmsghdr header;
      char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    memcpy(CMSG_DATA(&control.header), &descriptor, sizeof(int));
    struct msghdr message = {.msg_iov = (struct iovec *)buffers,
                             .msg_iovlen = vectors,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    written = sendmsg(fd, &message, 0);
  }
  return written < 0 ? -errno : written;
}

int uv_try_write(uv_stream_t *stream, const uv_buf_t *buffers, unsigned int count) {
  if (stream->_fd < 0)
    return UV_EBADF;
  if (!uv_is_writable(stream))
    return UV_EPIPE;
  if (stream->_writes != NULL)
    return UV_EAGAIN;
  return (int)write_some(stream->_fd, buffers, count, -1);
}

static void finish_write(uv_req_t *base) {
  uv_write_t *request = (uv_write_t *)base;
  uv_stream_t *stream = request->handle;
  stream->write_queue_size -= bytes_of(request->_bufs + request->_at, request->_count - request->_at);
  free(request->_bufs);
  request->_bufs = NULL;
  if (request->_cb != NULL)
    request->_cb(request, request->_status);
}

/* Writes what the stream takes of the first request: true when that is done, or has failed. */
static bool advance(uv_stream_t *stream, uv_write_t *request) {
  while (request->_at < request->_count || !request->_sent) {
    int descriptor = -1;
    if (request->send_handle != NULL && !request->_sent && uv_fileno(HANDLE(request->send_handle), &descriptor) != 0) {
      request->_status = UV_EBADF;
      return true;
    }
    ssize_t written =
        write_some(stream->_fd, request->_bufs + request->_at, request->_count - request->_at, descriptor);
    if (written == UV_EAGAIN)
      return false;
    if (written == UV_EINTR)
      continue;
    if (written < 0) {
      request->_status = (int)written;
      return true;
    }
    request->_sent = true;
    stream->write_queue_size -= (size_t)written;
    size_t left = (size_t)written;
    while (request->_at < request->_count && left >= request->_bufs[request->_at].len)
      left -= request->_bufs[request->_at++].len;
    if (left > 0) {
      request->_bufs[request->_at].base += left;
      request->_bufs[request->_at].len -= left;
    }
    if (uv__is(HANDLE(stream), BLOCKING))
      continue;
    if (request->_at < request->_count)
      return false;
  }
  return true;
}

static void finish_shutdown(uv_req_t *base) {
  uv_shutdown_t *request = (uv_shutdown_t *)base;
  if (request->_cb != NULL)
    request->_cb(request, request->_status);
}

void uv__stream_writable(uv_stream_t *stream) {
  while (stream->_writes != NULL) {
    uv_write_t *request = stream->_writes;
    if (!advance(stream, request))
      return;
    stream->_writes = request->_next_write;
    if (stream->_writes == NULL)
      stream->_last_write = NULL;
    uv__done(stream->loop, REQUEST(request), request->_status);
  }
  if (stream->_shutdown != NULL) {
    uv_shutdown_t *request = stream->_shutdown;
    stream->_shutdown = NULL;
    int error = shutdown(stream->_fd, SHUT_WR) == 0 ? 0 : -errno;
    uv__done(stream->loop, REQUEST(request), error);
  }
}

int uv_write2(uv_write_t *request, uv_stream_t *stream, const uv_buf_t *buffers, unsigned int count,
              uv_stream_t *send_handle, uv_write_cb callback) {
  int descriptor;
  if (count == 0)
    return UV_EINVAL;
  if (stream->_fd < 0)
    return UV_EBADF;
  if (!uv_is_writable(stream))
    return UV_EPIPE;
  if (send_handle != NULL && (stream->type != UV_NAMED_PIPE || !stream->_ipc))
    return UV_EINVAL;
  if (send_handle != NULL && uv_fileno(HANDLE(send_handle), &descriptor) != 0)
    return UV_EBADF;
  request->_bufs = malloc(count * sizeof(uv_buf_t));
  if (request->_bufs == NULL)
    return UV_ENOMEM;
  memcpy(request->_bufs, buffers, count * sizeof(uv_buf_t));
  request->_count = count;
  request->_at = 0;
  request->_sent = false;
  request->handle = stream;
  request->send_handle = send_handle;
  request->_cb = callback;
  request->_next_write = NULL;
  uv__begin(stream->loop, REQUEST(request), UV_WRITE, finish_write);
  stream->write_queue_size += bytes_of(buffers, count);
  bool first = stream->_writes == NULL;
  *(first ? &stream->_writes : &stream->_last_write->_next_write) = request;
  stream->_last_write = request;
  if (first)
    uv__stream_writable(stream);
  return 0;
}

int uv_write(uv_write_t *request, uv_stream_t *stream, const uv_buf_t *buffers, unsigned int count,
             uv_write_cb callback) {
  return uv_write2(request, stream, buffers, count, NULL, callback);
}

int uv_shutdown(uv_shutdown_t *request, uv_stream_t *stream, uv_shutdown_cb callback) {
  if (stream->_fd < 0 || !uv_is_writable(stream) || uv__is(HANDLE(stream), SHUT))
    return UV_ENOTCONN;
  request->handle = stream;
  request->_cb = callback;
  stream->_shutdown = request;
  stream->_flags |= SHUT;
  stream->_flags &= ~(unsigned)WRITABLE;
  uv__begin(stream->loop, REQUEST(request), UV_SHUTDOWN, finish_shutdown);
  if (stream->_writes == NULL)
    uv__stream_writable(stream);
  return 0;
}
