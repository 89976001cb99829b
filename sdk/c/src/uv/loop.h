/* The parts of a loop that its files share. Errors are negative, as uv.h has them. */
#ifndef CLOUDABI_UV_LOOP_H
#define CLOUDABI_UV_LOOP_H

#include <uv.h>

enum handle_flags {
  ACTIVE = 1,
  REFERENCED = 2,
  CLOSING = 4,
  CLOSED = 8,
  READABLE = 16,
  WRITABLE = 32,
  BLOCKING = 64,
  /* The stream's other end is read to its end. */
  ENDED = 128,
  SHUT = 256,
};

enum task_state { TASK_QUEUED = 1, TASK_RUNNING, TASK_DONE };

static inline int negative(int error) { return error <= 0 ? error : -error; }

/* The base of any handle or request. */
#define HANDLE(handle) ((uv_handle_t *)(handle))
#define REQUEST(request) ((uv_req_t *)(request))
#define STREAM(handle) ((uv_stream_t *)(handle))

/* Handles. */
void uv__init(uv_loop_t *loop, uv_handle_t *handle, uv_handle_type type);
void uv__start(uv_handle_t *handle);
static inline void uv__stop(uv_handle_t *handle) { handle->_flags &= ~(unsigned)ACTIVE; }
static inline bool uv__is(const uv_handle_t *handle, unsigned flags) { return (handle->_flags & flags) != 0; }
/* Gives up what a handle of this type has; part of uv_close. */
void uv__release_stream(uv_stream_t *stream);
/* Frees what is left when the callbacks of its requests have run. */
void uv__free_stream(uv_stream_t *stream);

/* Requests. */
void uv__begin(uv_loop_t *loop, uv_req_t *request, uv_req_type type, void (*finish)(uv_req_t *));
/* Makes the callback of a request due in the next round. */
void uv__done(uv_loop_t *loop, uv_req_t *request, int status);
void uv__run_done(uv_loop_t *loop);
bool uv__has_work(const uv_loop_t *loop);
void uv__append(uv_req_t **first, uv_req_t **last, uv_req_t *request);
uv_req_t *uv__take(uv_req_t **first, uv_req_t **last);

/* Work. */
void uv__submit(uv_loop_t *loop, _uv_task_t *task, void (*run)(uv_req_t *));
void uv__run_work(uv_loop_t *loop);

/* Waking by other threads. */
int uv__open_wake(uv_loop_t *loop);
void uv__wake(uv_loop_t *loop);
void uv__woken(uv_loop_t *loop);

/* Waiting, for so many milliseconds or for ever, and what is ready. */
void uv__wait(uv_loop_t *loop, int timeout);
void uv__stream_readable(uv_stream_t *stream);
void uv__stream_writable(uv_stream_t *stream);
void uv__udp_readable(uv_udp_t *udp);
void uv__process_ended(uv_process_t *process);
void uv__poll_ready(uv_poll_t *poll, int error, int events);

void uv__set_nonblocking(int fd);
/* True if the type of the descriptor is that of a socket. */
bool uv__is_socket(int fd);

#endif
