/* Makes one attempt, which the number ATTEMPT chooses, then writes to descriptor 0 that it still runs. */
#include <cloudabi_syscalls.h>

static long linux_call(long number, long a, long b, long c, long d, long e, long f)
{
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

static void *anonymous(int protection)
{
  return (void *)linux_call(9, 0, 4096, protection, 0x22, -1, 0);
}

/* Instructions that call getpid(2): mov eax, 39; syscall; ret. */
static const unsigned char own_code[] = { 0xb8, 39, 0, 0, 0, 0x0f, 0x05, 0xc3 };

static void attempt(void)
{
  switch (ATTEMPT) {
  case 0: return;
  case 1: linux_call(2, (long)"/etc/passwd", 0, 0, 0, 0, 0); return;
  case 2: linux_call(257, -100, (long)"/etc/passwd", 0, 0, 0, 0); return;
  case 3: linux_call(41, 2, 1, 0, 0, 0, 0); return;
  case 4: asm volatile("int $0x80" : : "a"(20) : "memory"); return;
  case 5: linux_call(0x40000000 + 39, 0, 0, 0, 0, 0, 0); return;
  case 6: anonymous(7); return;
  case 7: linux_call(10, (long)anonymous(3), 4096, 7, 0, 0, 0); return;
  case 8: linux_call(59, (long)"/bin/true", 0, 0, 0, 0, 0); return;
  case 9: linux_call(101, 0, 0, 0, 0, 0, 0); return;
  case 10: linux_call(62, -1, 9, 0, 0, 0, 0); return;
  case 11: linux_call(16, 0, 0x5401, 0, 0, 0, 0); return;
  case 12: linux_call(57, 0, 0, 0, 0, 0, 0); return;
  case 13: linux_call(56, 0x100 | 17, 0, 0, 0, 0, 0); return;
  case 14: linux_call(310, 1, 0, 0, 0, 0, 0); return;
  case 15: linux_call(46, 0, 0, 0, 0, 0, 0); return;
  case 16: linux_call(425, 8, 0, 0, 0, 0, 0); return;
  case 17: linux_call(319, (long)"x", 0, 0, 0, 0, 0); return;
  case 18: linux_call(32, 0, 0, 0, 0, 0, 0); return;
  case 19: linux_call(72, 0, 4, 0, 0, 0, 0); return;
  case 20: {
    /* A code generator: writes code, makes it executable as W^X lets it, and calls Linux with it. */
    unsigned char *at = anonymous(3);
    for (unsigned i = 0; i < sizeof(own_code); i++) at[i] = own_code[i];
    linux_call(10, (long)at, 4096, 5, 0, 0, 0);
    ((long (*)(void))at)();
    return;
  }
  case 21: linux_call(158, 0x1003, 0, 0, 0, 0, 0); return;
  case 22: linux_call(157, 38, 0, 0, 0, 0, 0); return;
  case 23: linux_call(317, 1, 0, 0, 0, 0, 0); return;
  case 24: linux_call(77, 0, 0, 0, 0, 0, 0); return;
  case 25: *(volatile int *)8 = 1; return;
  case 26: linux_call(0x10000 + 60, 0, 0, 0, 0, 0, 0); return;
  }
}

_Noreturn void cloudabi_main(const void *argdata, size_t length)
{
  (void)argdata, (void)length;
  attempt();
  cloudabi_ciovec_t out = { "still here\n", 11 };
  size_t done;
  cloudabi_sys_proc_exit(cloudabi_sys_fd_write(0, &out, 1, &done));
}
