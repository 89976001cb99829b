/* Parts that all handles have. */
#include "loop.h"

#include <unistd.h>

void uv__init(uv_loop_t *loop, uv_handle_t *handle, uv_handle_type type) {
  handle->loop = loop;
  handle->type = type;
  handle->_flags = REFERENCED;
  handle->_started = 0;
  handle->_close_cb = NULL;
  handle->_next_closing = NULL;
  handle->_next = NULL;
  handle->_previous = loop->_last_handle;
  *(loop->_last_handle == NULL ? &loop->_handles : &loop->_last_handle->_next) = handle;
  loop->_last_handle = handle;
}

void uv__start(uv_handle_t *handle) {
  if (uv__is(handle, ACTIVE | CLOSING))
    return;
  handle->_flags |= ACTIVE;
  handle->_started = ++handle->loop->_sequence;
}

void uv_close(uv_handle_t *handle, uv_close_cb closed) {
  if (uv__is(handle, CLOSING | CLOSED))
    return;
  uv__stop(handle);
  handle->_flags |= CLOSING;
  handle->_close_cb = closed;
  switch (handle->type) {
  case UV_TCP:
  case UV_NAMED_PIPE:
  case UV_TTY:
    uv__release_stream(STREAM(handle));
    break;
  case UV_UDP:
    if (((uv_udp_t *)handle)->_fd >= 0)
      close(((uv_udp_t *)handle)->_fd);
    break;
  case UV_PROCESS:
    close(((uv_process_t *)handle)->_fd);
    break;
  default:
    break;
  }
  handle->_next_closing = handle->loop->_closing;
  handle->loop->_closing = handle;
}

int uv_is_active(const uv_handle_t *handle) { return uv__is(handle, ACTIVE); }
int uv_is_closing(const uv_handle_t *handle) { return uv__is(handle, CLOSING | CLOSED); }
int uv_has_ref(const uv_handle_t *handle) { return uv__is(handle, REFERENCED); }
void uv_ref(uv_handle_t *handle) { handle->_flags |= REFERENCED; }
void uv_unref(uv_handle_t *handle) { handle->_flags &= ~(unsigned)REFERENCED; }

int uv_fileno(const uv_handle_t *handle, uv_os_fd_t *fd) {
  int found;
  switch (handle->type) {
  case UV_TCP:
  case UV_NAMED_PIPE:
  case UV_TTY:
    found = ((const uv_stream_t *)handle)->_fd;
    break;
  case UV_UDP:
    found = ((const uv_udp_t *)handle)->_fd;
    break;
  case UV_POLL:
    found = ((const uv_poll_t *)handle)->_fd;
    break;
  default:
    return UV_EINVAL;
  }
  if (found < 0 || uv_is_closing(handle))
    return UV_EBADF;
  *fd = found;
  return 0;
}

size_t uv_handle_size(uv_handle_type type) {
  switch (type) {
  case UV_ASYNC:
    return sizeof(uv_async_t);
  case UV_CHECK:
    return sizeof(uv_check_t);
  case UV_IDLE:
    return sizeof(uv_idle_t);
  case UV_NAMED_PIPE:
    return sizeof(uv_pipe_t);
  case UV_POLL:
    return sizeof(uv_poll_t);
  case UV_PREPARE:
    return sizeof(uv_prepare_t);
  case UV_PROCESS:
    return sizeof(uv_process_t);
  case UV_TCP:
    return sizeof(uv_tcp_t);
  case UV_TIMER:
    return sizeof(uv_timer_t);
  case UV_TTY:
    return sizeof(uv_tty_t);
  case UV_UDP:
    return sizeof(uv_udp_t);
  default:
    return (size_t)-1;
  }
}
