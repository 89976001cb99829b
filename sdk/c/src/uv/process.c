/* Processes, by their descriptors. */
#include "loop.h"

int uv_process_open(uv_loop_t *loop, uv_process_t *process, int fd, uv_exit_cb ended) {
  if (fd < 0)
    return UV_EBADF;
  uv__init(loop, HANDLE(process), UV_PROCESS);
  process->exit_cb = ended;
  process->_fd = fd;
  uv__start(HANDLE(process));
  return 0;
}

int uv_process_kill(uv_process_t *process, int signal) {
  if (!uv__is(HANDLE(process), ACTIVE))
    return UV_ESRCH;
  return signal == 0 ? 0 : UV_ENOTSUP;
}

void uv_disable_stdio_inheritance(void) {}
