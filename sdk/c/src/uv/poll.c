/* Handles that wait for a descriptor. */
#include "loop.h"

int uv_poll_init(uv_loop_t *loop, uv_poll_t *poll, int fd) {
  if (fd < 0)
    return UV_EBADF;
  uv__init(loop, HANDLE(poll), UV_POLL);
  poll->_fd = fd;
  poll->_events = 0;
  poll->_cb = NULL;
  return 0;
}

int uv_poll_init_socket(uv_loop_t *loop, uv_poll_t *poll, uv_os_sock_t fd) { return uv_poll_init(loop, poll, fd); }

int uv_poll_start(uv_poll_t *poll, int events, uv_poll_cb callback) {
  if (uv_is_closing(HANDLE(poll)) || (events & ~(UV_READABLE | UV_WRITABLE | UV_DISCONNECT)) != 0)
    return UV_EINVAL;
  uv__stop(HANDLE(poll));
  poll->_events = events;
  poll->_cb = callback;
  if (events != 0)
    uv__start(HANDLE(poll));
  return 0;
}

int uv_poll_stop(uv_poll_t *poll) {
  uv__stop(HANDLE(poll));
  return 0;
}

void uv__poll_ready(uv_poll_t *poll, int error, int events) {
  if (error != 0) {
    uv__stop(HANDLE(poll));
    poll->_cb(poll, -error, 0);
    return;
  }
  events &= poll->_events;
  if (events != 0)
    poll->_cb(poll, 0, events);
}
