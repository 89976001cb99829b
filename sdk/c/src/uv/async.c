/* Waking a loop from other threads: a byte on a pair of sockets, at most one at a time. */
#include "loop.h"

#include <unistd.h>

int uv__open_wake(uv_loop_t *loop) {
  if (loop->_wake[0] >= 0)
    return 0;
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, loop->_wake) == 0 ? 0 : -errno;
}

void uv__wake(uv_loop_t *loop) {
  if (__atomic_exchange_n(&loop->_woken, 1, __ATOMIC_SEQ_CST) == 0)
    (void)!write(loop->_wake[1], "", 1);
}

int uv_async_init(uv_loop_t *loop, uv_async_t *async, uv_async_cb callback) {
  int error = uv__open_wake(loop);
  if (error != 0)
    return error;
  uv__init(loop, HANDLE(async), UV_ASYNC);
  async->_cb = callback;
  async->_pending = 0;
  uv__start(HANDLE(async));
  return 0;
}

int uv_async_send(uv_async_t *async) {
  if (__atomic_exchange_n(&async->_pending, 1, __ATOMIC_SEQ_CST) == 0)
    uv__wake(async->loop);
  return 0;
}

void uv__woken(uv_loop_t *loop) {
  char byte;
  while (read(loop->_wake[0], &byte, 1) > 0)
    ;
  /* Before looking: who comes later wakes the loop again. */
  __atomic_store_n(&loop->_woken, 0, __ATOMIC_SEQ_CST);
  pthread_mutex_lock(&loop->_lock);
  uv_req_t *request;
  while ((request = uv__take(&loop->_finished, &loop->_last_finished)) != NULL)
    uv__append(&loop->_done, &loop->_last_done, request);
  pthread_mutex_unlock(&loop->_lock);
  for (uv_handle_t *handle = loop->_handles; handle != NULL; handle = handle->_next) {
    uv_async_t *async = (uv_async_t *)handle;
    if (handle->type == UV_ASYNC && uv__is(handle, ACTIVE) &&
        __atomic_exchange_n(&async->_pending, 0, __ATOMIC_SEQ_CST) == 1 && async->_cb != NULL)
      async->_cb(async);
  }
  uv__run_done(loop);
}
