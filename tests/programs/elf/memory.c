/* Maps a gigabyte in steps; ends with 0, or with the error of the step that was refused. */
#include <cloudabi_syscalls.h>

_Noreturn void cloudabi_main(const void *argdata, size_t length)
{
  (void)argdata, (void)length;
  for (int step = 0; step < 64; step++) {
    void *at;
    cloudabi_errno_t error = cloudabi_sys_mem_map(0, 16777216, CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE,
                                                  CLOUDABI_MAP_ANON | (step % 2 ? CLOUDABI_MAP_PRIVATE : CLOUDABI_MAP_SHARED),
                                                  CLOUDABI_MAP_ANON_FD, 0, &at);
    if (error != 0) cloudabi_sys_proc_exit(error);
  }
  cloudabi_sys_proc_exit(0);
}
