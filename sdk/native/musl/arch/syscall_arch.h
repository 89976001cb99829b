/* The way of musl's functions to the system: a function instead of an instruction (system.c). */
#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)
#define IPC_64 0

long cloudabi_linux_call(long number, long a, long b, long c, long d, long e, long f);

static __inline long __syscall0(long n) { return cloudabi_linux_call(n, 0, 0, 0, 0, 0, 0); }
static __inline long __syscall1(long n, long a) { return cloudabi_linux_call(n, a, 0, 0, 0, 0, 0); }
static __inline long __syscall2(long n, long a, long b) { return cloudabi_linux_call(n, a, b, 0, 0, 0, 0); }
static __inline long __syscall3(long n, long a, long b, long c) { return cloudabi_linux_call(n, a, b, c, 0, 0, 0); }
static __inline long __syscall4(long n, long a, long b, long c, long d) { return cloudabi_linux_call(n, a, b, c, d, 0, 0); }
static __inline long __syscall5(long n, long a, long b, long c, long d, long e) { return cloudabi_linux_call(n, a, b, c, d, e, 0); }
static __inline long __syscall6(long n, long a, long b, long c, long d, long e, long f) { return cloudabi_linux_call(n, a, b, c, d, e, f); }
