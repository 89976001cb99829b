/* Says that it runs, to descriptor 0, and goes on for ever without any call that is handed over. */
#include <cloudabi_syscalls.h>

_Noreturn void cloudabi_main(const void *argdata, size_t length)
{
  (void)argdata, (void)length;
  cloudabi_ciovec_t out = { "running", 7 };
  size_t done;
  cloudabi_sys_fd_write(0, &out, 1, &done);
  for (;;) cloudabi_sys_thread_yield();
}
