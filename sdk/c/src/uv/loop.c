/* The loop: its life, its rounds and its time. */
#include "loop.h"

#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { NANOSECONDS_PER_MILLISECOND = 1000000 };

int uv_loop_init(uv_loop_t *loop) {
  void *data = loop->data;
  memset(loop, 0, sizeof(*loop));
  loop->data = data;
  loop->_wake[0] = loop->_wake[1] = -1;
  pthread_mutex_init(&loop->_lock, NULL);
  uv_update_time(loop);
  return 0;
}

int uv_loop_close(uv_loop_t *loop) {
  if (loop->_handles != NULL || loop->_requests > 0)
    return UV_EBUSY;
  for (int i = 0; i < 2; ++i)
    if (loop->_wake[i] >= 0)
      close(loop->_wake[i]);
  loop->_wake[0] = loop->_wake[1] = -1;
  pthread_mutex_destroy(&loop->_lock);
  return 0;
}

size_t uv_loop_size(void) { return sizeof(uv_loop_t); }
void uv_stop(uv_loop_t *loop) { loop->_stop = true; }
uint64_t uv_now(const uv_loop_t *loop) { return loop->_now; }
void uv_update_time(uv_loop_t *loop) { loop->_now = uv_hrtime() / NANOSECONDS_PER_MILLISECOND; }

static bool has_active(const uv_loop_t *loop) {
  for (const uv_handle_t *handle = loop->_handles; handle != NULL; handle = handle->_next)
    if (uv__is(handle, ACTIVE) && uv__is(handle, REFERENCED))
      return true;
  return false;
}

int uv_loop_alive(const uv_loop_t *loop) {
  return loop->_requests > 0 || loop->_closing != NULL || has_active(loop);
}

static uv_timer_t *next_timer(const uv_loop_t *loop, uint64_t started_before) {
  uv_timer_t *next = NULL;
  for (uv_handle_t *handle = loop->_handles; handle != NULL; handle = handle->_next) {
    if (handle->type != UV_TIMER || !uv__is(handle, ACTIVE) || handle->_started > started_before)
      continue;
    uv_timer_t *timer = (uv_timer_t *)handle;
    if (next == NULL || timer->_due < next->_due || (timer->_due == next->_due && timer->_started < next->_started))
      next = timer;
  }
  return next;
}

int uv_backend_timeout(const uv_loop_t *loop) {
  if (loop->_stop || loop->_closing != NULL || uv__has_work(loop) || (loop->_requests == 0 && !has_active(loop)))
    return 0;
  for (const uv_handle_t *handle = loop->_handles; handle != NULL; handle = handle->_next)
    if (handle->type == UV_IDLE && uv__is(handle, ACTIVE))
      return 0;
  const uv_timer_t *timer = next_timer(loop, UINT64_MAX);
  if (timer == NULL)
    return -1;
  if (timer->_due <= loop->_now)
    return 0;
  return timer->_due - loop->_now > INT_MAX ? INT_MAX : (int)(timer->_due - loop->_now);
}

static void run_timers(uv_loop_t *loop) {
  uint64_t limit = loop->_sequence;
  for (;;) {
    /* One that is started meanwhile waits for the next round. */
    uv_timer_t *timer = next_timer(loop, limit);
    if (timer == NULL || timer->_due > loop->_now)
      return;
    uv_timer_stop(timer);
    uv_timer_again(timer);
    timer->_cb(timer);
  }
}

/* Runs the callbacks of one type of handle, but not of those that are started meanwhile. */
static void run_watchers(uv_loop_t *loop, uv_handle_type type) {
  uint64_t limit = loop->_sequence;
  for (uv_handle_t *handle = loop->_handles; handle != NULL; handle = handle->_next) {
    if (handle->type != type || !uv__is(handle, ACTIVE) || handle->_started > limit)
      continue;
    if (type == UV_IDLE)
      ((uv_idle_t *)handle)->_cb((uv_idle_t *)handle);
    else if (type == UV_PREPARE)
      ((uv_prepare_t *)handle)->_cb((uv_prepare_t *)handle);
    else
      ((uv_check_t *)handle)->_cb((uv_check_t *)handle);
  }
}

static void unlink_handle(uv_loop_t *loop, uv_handle_t *handle) {
  *(handle->_previous == NULL ? &loop->_handles : &handle->_previous->_next) = handle->_next;
  *(handle->_next == NULL ? &loop->_last_handle : &handle->_next->_previous) = handle->_previous;
}

static void run_closing(uv_loop_t *loop) {
  uv_handle_t *handle = loop->_closing;
  loop->_closing = NULL;
  /* Writes that a closed stream has given up. */
  if (handle != NULL)
    uv__run_done(loop);
  while (handle != NULL) {
    uv_handle_t *next = handle->_next_closing;
    unlink_handle(loop, handle);
    handle->_flags |= CLOSED;
    if (handle->type == UV_TCP || handle->type == UV_NAMED_PIPE || handle->type == UV_TTY)
      uv__free_stream(STREAM(handle));
    if (handle->_close_cb != NULL)
      handle->_close_cb(handle);
    handle = next;
  }
}

int uv_run(uv_loop_t *loop, uv_run_mode mode) {
  int alive = uv_loop_alive(loop);
  if (!alive)
    uv_update_time(loop);
  while (alive && !loop->_stop) {
    uv_update_time(loop);
    run_timers(loop);
    bool ran = loop->_done != NULL;
    uv__run_done(loop);
    run_watchers(loop, UV_IDLE);
    run_watchers(loop, UV_PREPARE);
    uv__run_work(loop);
    bool waits = mode == UV_RUN_DEFAULT || (mode == UV_RUN_ONCE && !ran);
    uv__wait(loop, waits ? uv_backend_timeout(loop) : 0);
    run_watchers(loop, UV_CHECK);
    run_closing(loop);
    if (mode == UV_RUN_ONCE) {
      uv__run_done(loop);
      uv_update_time(loop);
      run_timers(loop);
    }
    alive = uv_loop_alive(loop);
    if (mode != UV_RUN_DEFAULT)
      break;
  }
  loop->_stop = false;
  return alive;
}

void uv_walk(uv_loop_t *loop, uv_walk_cb visit, void *argument) {
  for (uv_handle_t *handle = loop->_handles; handle != NULL; handle = handle->_next)
    if (!uv__is(handle, CLOSED))
      visit(handle, argument);
}
