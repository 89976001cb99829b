/*
 * The parts that C sources of machine code share: types, and a system call. There is no library. linux-numbers.h is made of
 * src/linux by scripts/build-machine-code.js.
 */
#include "linux-numbers.h"

typedef unsigned long u64;
typedef long i64;
typedef unsigned int u32;
typedef int i32;
typedef unsigned short u16;
typedef unsigned char u8;

#ifdef __x86_64__
#define AUDIT_ARCH AUDIT_ARCH_X86_64
#else
#define AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

static inline __attribute__((always_inline)) i64 call(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f)
{
#ifdef __x86_64__
  i64 result;
  register i64 r10 asm("r10") = d;
  register i64 r8 asm("r8") = e;
  register i64 r9 asm("r9") = f;
  asm volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
#else
  register i64 x8 asm("x8") = n;
  register i64 x0 asm("x0") = a;
  register i64 x1 asm("x1") = b;
  register i64 x2 asm("x2") = c;
  register i64 x3 asm("x3") = d;
  register i64 x4 asm("x4") = e;
  register i64 x5 asm("x5") = f;
  asm volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
#endif
}
