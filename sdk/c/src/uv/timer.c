/* Timers. */
#include "loop.h"

int uv_timer_init(uv_loop_t *loop, uv_timer_t *timer) {
  uv__init(loop, HANDLE(timer), UV_TIMER);
  timer->_cb = NULL;
  timer->_due = timer->_repeat = 0;
  return 0;
}

int uv_timer_start(uv_timer_t *timer, uv_timer_cb callback, uint64_t timeout, uint64_t repeat) {
  if (callback == NULL || uv_is_closing(HANDLE(timer)))
    return UV_EINVAL;
  uv__stop(HANDLE(timer));
  uint64_t now = timer->loop->_now;
  timer->_cb = callback;
  timer->_due = now + timeout < now ? UINT64_MAX : now + timeout;
  timer->_repeat = repeat;
  uv__start(HANDLE(timer));
  return 0;
}

int uv_timer_stop(uv_timer_t *timer) {
  uv__stop(HANDLE(timer));
  return 0;
}

int uv_timer_again(uv_timer_t *timer) {
  if (timer->_cb == NULL)
    return UV_EINVAL;
  return timer->_repeat == 0 ? 0 : uv_timer_start(timer, timer->_cb, timer->_repeat, timer->_repeat);
}

void uv_timer_set_repeat(uv_timer_t *timer, uint64_t repeat) { timer->_repeat = repeat; }
uint64_t uv_timer_get_repeat(const uv_timer_t *timer) { return timer->_repeat; }
