/* Callbacks in each round: idle, prepare and check. */
#include "loop.h"

#define WATCHER(name, handle_type)                                                                                     \
  int uv_##name##_init(uv_loop_t *loop, uv_##name##_t *handle) {                                                       \
    uv__init(loop, HANDLE(handle), handle_type);                                                                       \
    handle->_cb = NULL;                                                                                                \
    return 0;                                                                                                          \
  }                                                                                                                    \
  int uv_##name##_start(uv_##name##_t *handle, uv_##name##_cb callback) {                                              \
    if (callback == NULL)                                                                                              \
      return UV_EINVAL;                                                                                                \
    if (!uv__is(HANDLE(handle), ACTIVE))                                                                               \
      handle->_cb = callback;                                                                                          \
    uv__start(HANDLE(handle));                                                                                         \
    return 0;                                                                                                          \
  }                                                                                                                    \
  int uv_##name##_stop(uv_##name##_t *handle) {                                                                        \
    uv__stop(HANDLE(handle));                                                                                          \
    return 0;                                                                                                          \
  }

WATCHER(idle, UV_IDLE)
WATCHER(prepare, UV_PREPARE)
WATCHER(check, UV_CHECK)
