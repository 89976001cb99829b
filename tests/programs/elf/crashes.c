/* Comes to an end by a fault or a refusal, which CASE chooses, some functions below its beginning. Descriptor 0 cannot be written to. */
#include <cloudabi_syscalls.h>

#define INSIDE __attribute__((noinline))

static volatile int zero;

static long linux_call(long number)
{
  long result;
  asm volatile("syscall" : "=a"(result) : "a"(number), "D"(0l) : "rcx", "r11", "memory");
  return result;
}

INSIDE static int overflow(int depth)
{
  volatile char room[4096];
  room[0] = (char)depth;
  return depth < 0 ? 0 : overflow(depth + 1) + room[0];
}

INSIDE static void refused(void)
{
  cloudabi_ciovec_t out = { "text", 4 };
  size_t done;
  cloudabi_sys_fd_write(0, &out, 1, &done);
}

#if CASE == 10
static char stack[65536] __attribute__((aligned(16)));
static void work(cloudabi_tid_t tid, void *argument)
{
  (void)tid, (void)argument;
  refused();
  cloudabi_sys_proc_exit(9);
}
#endif

INSIDE static void innermost(void)
{
  switch (CASE) {
  case 0: *(volatile int *)8 = 1; break;
  case 1: asm volatile("xorl %%edx, %%edx; divl %0" : : "r"(zero) : "eax", "edx"); break;
  case 2: asm volatile("ud2"); break;
  case 3: asm volatile("int3"); break;
  case 4: overflow(0); break;
  case 5: cloudabi_sys_proc_raise(CLOUDABI_SIGABRT); break;
  case 6: linux_call(39); break;
  case 7: refused(); break;
  case 8: asm volatile("xorl %%ebp, %%ebp; movl $8, %%esp; movl $1, 0" : : : "memory"); break;
  case 9:
    /* A second call of Linux ends the process, even if the first does not. */
    linux_call(39);
    linux_call(39);
    break;
#if CASE == 10
  case 10: {
    cloudabi_threadattr_t attr = { work, stack, sizeof(stack), 0 };
    cloudabi_tid_t tid;
    cloudabi_sys_thread_create(&attr, &tid);
    for (;;) cloudabi_sys_thread_yield();
  }
#endif
  case 11: {
    cloudabi_fd_t fd;
    cloudabi_tid_t tid;
    cloudabi_sys_proc_fork(&fd, &tid);
    if (fd == CLOUDABI_PROCESS_CHILD) *(volatile int *)8 = 1;
    for (;;) cloudabi_sys_thread_yield();
  }
  }
  zero = 1;
}

INSIDE static void middle(int depth)
{
  if (depth > 0) middle(depth - 1);
  else innermost();
  zero = 2;
}

_Noreturn void cloudabi_main(const void *argdata, size_t length)
{
  (void)argdata, (void)length;
  middle(2);
  cloudabi_sys_proc_exit(7);
}
