/* Processes, by their descriptors (sys/procdesc.h). */
#include "loop.h"

#include <sys/procdesc.h>

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
  if (signal == 0 || pdkill(process->_fd, signal) == 0)
    return 0;
  return errno == EPIPE ? UV_ESRCH : negative(errno);
}

void uv__process_ended(uv_process_t *process) {
  struct procdesc_end end = {0};
  int error = pdwait(process->_fd, &end) == 0 ? 0 : negative(errno);
  uv__stop(HANDLE(process));
  if (process->exit_cb == NULL)
    return;
  /* A process that was ended by its launcher has no status. */
  int64_t status = error != 0 ? error : end.kind == PD_EXITED ? end.value : end.kind == PD_SIGNALED ? 0 : UV_ECANCELED;
  process->exit_cb(process, status, error == 0 && end.kind == PD_SIGNALED ? (int)end.value : 0);
}

void uv_disable_stdio_inheritance(void) {}
