/* Lists of handles. */
#include "loop.h"

static const char *const names[] = {
    [UV_ASYNC] = "async", [UV_CHECK] = "check",     [UV_IDLE] = "idle",       [UV_NAMED_PIPE] = "pipe",
    [UV_POLL] = "poll",   [UV_PREPARE] = "prepare", [UV_PROCESS] = "process", [UV_TCP] = "tcp",
    [UV_TIMER] = "timer", [UV_TTY] = "tty",         [UV_UDP] = "udp",
};

/* One line for each handle: whether it keeps the loop alive, is active, and is closing. */
static void print(uv_loop_t *loop, bool only_active, FILE *stream) {
  for (const uv_handle_t *handle = loop->_handles; handle != NULL; handle = handle->_next)
    if (!only_active || uv__is(handle, ACTIVE))
      fprintf(stream, "[%c%c%c] %-8s %p\n", uv__is(handle, REFERENCED) ? 'R' : '-',
              uv__is(handle, ACTIVE) ? 'A' : '-', uv__is(handle, CLOSING) ? 'C' : '-', names[handle->type],
              (const void *)handle);
}

void uv_print_all_handles(uv_loop_t *loop, FILE *stream) { print(loop, false, stream); }
void uv_print_active_handles(uv_loop_t *loop, FILE *stream) { print(loop, true, stream); }
