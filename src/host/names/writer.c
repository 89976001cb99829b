/*
 * The name writer: a process of its own that writes names without a slash into memory which the confined process can
 * only read (sealed-names.ts). A seccomp filter sees addresses, never what is there; it lets calls such as mkdirat
 * through when their name lies in that memory, so that no code in the confined process can make one with a path.
 *
 * It holds no descriptor, may make four system calls, and believes nothing: all that a request can have it do is to
 * write bytes that are no slash.
 *
 * No library, no data: what the compiler makes of it can lie anywhere (scripts/build-machine-code.js). `layout.ts` mirrors the
 * structures.
 */
typedef unsigned long u64;
typedef long i64;
typedef unsigned int u32;
typedef int i32;
typedef unsigned short u16;
typedef unsigned char u8;

#define SLOTS 256
#define NAME_ROOM 256

/* States of a slot. The confined process frees, claims and asks; the writer takes, and answers with one of the last. */
enum { slot_free, slot_claimed, slot_asked, slot_taken, slot_written, slot_refused };

struct requests {
  u32 sequence; /* counts requests; the writer sleeps on it */
  u32 alive;    /* the writer's thread id; the kernel marks it when the writer ends (robust futex) */
  u32 states[SLOTS];
  u8 names[SLOTS][NAME_ROOM];
};

/* Behind the first instructions; TypeScript fills it in. */
struct parameters {
  u64 names, requests; /* descriptors of the two memory files */
  u64 parent;          /* process id of the confined process */
};

enum {
#ifdef __x86_64__
  nr_mmap = 9, nr_rt_sigaction = 13, nr_rt_sigprocmask = 14, nr_rt_sigreturn = 15, nr_getpid = 39, nr_exit = 231,
  nr_getppid = 110, nr_prctl = 157, nr_futex = 202, nr_set_robust_list = 273,
#define AUDIT_ARCH 0xc000003e
#else
  nr_mmap = 222, nr_rt_sigaction = 134, nr_rt_sigprocmask = 135, nr_rt_sigreturn = 139, nr_getpid = 172,
  nr_exit = 94, nr_getppid = 173, nr_prctl = 167, nr_futex = 98, nr_set_robust_list = 99,
#define AUDIT_ARCH 0xc00000b7
#endif
  nr_close_range = 436,
};

#define SIGTERM 15
#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define PR_SET_PDEATHSIG 1
#define PR_SET_DUMPABLE 4
#define PR_SET_NAME 15
#define PR_SET_SECCOMP 22
#define PR_SET_NO_NEW_PRIVS 38

#ifdef __x86_64__
asm(".text\n"
    "  call run\n"
    "  ud2\n"
    "  .balign 16\n"
    "restorer:\n"
    "  mov $15, %eax\n" /* rt_sigreturn */
    "  syscall\n"
    "  .balign 8\n"
    "parameters:\n"
    "  .quad 0x1122334455667788, 0, 0\n");

#define ADDRESS_OF(label, into) asm("lea " label "(%%rip), %0" : "=r"(into))

static inline __attribute__((always_inline)) i64 call(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f)
{
  i64 result;
  register i64 r10 asm("r10") = d;
  register i64 r8 asm("r8") = e;
  register i64 r9 asm("r9") = f;
  asm volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}
#else
asm(".text\n"
    "  bl run\n"
    "  brk #1\n"
    "  .balign 8\n"
    "restorer:\n"
    "parameters:\n"
    "  .quad 0x1122334455667788, 0, 0\n");

#define ADDRESS_OF(label, into) asm("adr %0, " label : "=r"(into))

static inline __attribute__((always_inline)) i64 call(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f)
{
  register i64 x8 asm("x8") = n;
  register i64 x0 asm("x0") = a;
  register i64 x1 asm("x1") = b;
  register i64 x2 asm("x2") = c;
  register i64 x3 asm("x3") = d;
  register i64 x4 asm("x4") = e;
  register i64 x5 asm("x5") = f;
  asm volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
#endif

/* Address of the memory: the handler of a signal must find it, and there is no data. */
#define REQUESTS ((struct requests *)0x30000000ul)
#define NAMES ((u8 *)0x31000000ul)
/* A thread of the confined process has ended that had started the writer, so that the process may end without a word. */
#define ENDING ((volatile u32 *)0x32000000ul)
#define MAP_FIXED_NOREPLACE 0x100000

static __attribute__((noinline, noreturn)) void end(void)
{
  for (;;) call(nr_exit, 0, 0, 0, 0, 0, 0);
}

/*
 * Ends with the confined process. The signal comes when the thread of it ends that has started the writer. It may be
 * the first of many, or have ended alone; Landlock keeps the signals of others from coming here.
 */
static __attribute__((noinline, used)) void end_without_parent(int signal)
{
  const struct parameters *parameters;
  (void)signal;
  ADDRESS_OF("parameters", parameters);
  if (call(nr_getppid, 0, 0, 0, 0, 0, 0) != (i64)parameters->parent) end();
  *ENDING = signal != 0 || *ENDING;
  /* A wait that is about to begin does not. */
  __atomic_fetch_add(&REQUESTS->sequence, 1, __ATOMIC_SEQ_CST);
}

struct instruction {
  u16 code;
  u8 if_true, if_false;
  u32 value;
};

static __attribute__((noinline)) struct instruction *put(struct instruction *at, u32 code, u32 jumps, u32 value)
{
  at->code = (u16)code;
  at->if_true = (u8)(jumps >> 8);
  at->if_false = (u8)jumps;
  at->value = value;
  return at + 1;
}

/* Gives up every system call but four (seccomp(2)). */
static void confine(void)
{
  struct instruction program[16], *next = program;
  struct { u64 length; struct instruction *program; } filter;
  next = put(next, 0x20, 0, 4); /* architecture */
  next = put(next, 0x15, 0x0100, AUDIT_ARCH);
  next = put(next, 0x06, 0, 0x80000000);
  next = put(next, 0x20, 0, 0); /* number */
  next = put(next, 0x15, 0x0400, nr_futex);
  next = put(next, 0x15, 0x0300, nr_getppid);
  next = put(next, 0x15, 0x0200, nr_rt_sigreturn);
  next = put(next, 0x15, 0x0100, nr_exit);
  next = put(next, 0x06, 0, 0x80000000);
  next = put(next, 0x06, 0, 0x7fff0000);
  filter.length = (u64)(next - program);
  filter.program = program;
  if (call(nr_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0) < 0) end();
  if (call(nr_prctl, PR_SET_SECCOMP, 2, (i64)&filter, 0, 0, 0) < 0) end();
}

/* Copies one name. What is read may change meanwhile; no byte that is written is ever a slash. */
static __attribute__((noinline)) u32 write_name(volatile u8 *to, const volatile u8 *from)
{
  u32 index = 0;
  for (; index < NAME_ROOM - 1; index++) {
    u8 byte = from[index];
    if (byte == 0) break;
    if (byte == '/') {
      to[0] = 0;
      return slot_refused;
    }
    to[index] = byte;
  }
  to[index] = 0;
  return index == 0 ? slot_refused : slot_written;
}

static __attribute__((used, noreturn)) void run(void)
{
  const struct parameters *parameters;
  void *restorer, *handler;
  u64 action[4], mask, robust[4];
  volatile u64 name[2]; /* "cloudabi-names" */
  ADDRESS_OF("parameters", parameters);
  ADDRESS_OF("restorer", restorer);
  ADDRESS_OF("end_without_parent", handler);
  struct requests *requests = REQUESTS;
  volatile u64 pause[2];
  u64 wait = 1000000;
  if (call(nr_mmap, (i64)NAMES, SLOTS * NAME_ROOM, 3, 1 | MAP_FIXED_NOREPLACE, (i64)parameters->names, 0) < 0) end();
  if (call(nr_mmap, (i64)requests, sizeof(struct requests), 3, 1 | MAP_FIXED_NOREPLACE, (i64)parameters->requests, 0) < 0)
    end();
  if (call(nr_mmap, (i64)ENDING, 4096, 3, 0x22 | MAP_FIXED_NOREPLACE, -1, 0) < 0) end();
  call(nr_close_range, 0, 0xffffffff, 0, 0, 0, 0);
  call(nr_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0, 0);
  name[0] = 0x69626164756f6c63ul;
  name[1] = 0x73656d616e2dul;
  call(nr_prctl, PR_SET_NAME, (i64)name, 0, 0, 0, 0);

  action[0] = (u64)handler;
#ifdef __x86_64__
  action[1] = 0x04000000; /* SA_RESTORER */
#else
  action[1] = 0;
#endif
  action[2] = (u64)restorer;
  action[3] = 0;
  call(nr_rt_sigaction, SIGTERM, (i64)action, 0, 8, 0, 0);
  mask = ~(1ul << (SIGTERM - 1));
  call(nr_rt_sigprocmask, 2, (i64)&mask, 0, 8, 0, 0);
  call(nr_prctl, PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0, 0);
  end_without_parent(0);

  /* A list of one robust futex, `alive`: { next, distance of the word from an entry, pending } and the entry. */
  robust[0] = (u64)&robust[3];
  robust[1] = (u64)&requests->alive - (u64)&robust[3];
  robust[2] = 0;
  robust[3] = (u64)&robust[0];
  call(nr_set_robust_list, (i64)robust, 24, 0, 0, 0, 0);
  u32 self = (u32)call(nr_getpid, 0, 0, 0, 0, 0, 0);
  confine();
  __atomic_store_n(&requests->alive, self, __ATOMIC_SEQ_CST);
  call(nr_futex, (i64)&requests->alive, FUTEX_WAKE, 1, 0, 0, 0);

  for (;;) {
    u32 sequence = __atomic_load_n(&requests->sequence, __ATOMIC_SEQ_CST);
    for (u32 slot = 0; slot < SLOTS; slot++) {
      u32 *state = &requests->states[slot], asked = slot_asked;
      if (!__atomic_compare_exchange_n(state, &asked, slot_taken, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) continue;
      u32 outcome = write_name(NAMES + slot * NAME_ROOM, requests->names[slot]);
      __atomic_store_n(state, outcome, __ATOMIC_SEQ_CST);
      call(nr_futex, (i64)state, FUTEX_WAKE, 1, 0, 0, 0);
    }
    pause[0] = wait / 1000000000;
    pause[1] = wait % 1000000000;
    call(nr_futex, (i64)&requests->sequence, FUTEX_WAIT, sequence, *ENDING ? (i64)pause : 0, 0, 0);
    if (*ENDING) {
      end_without_parent(0);
      if (wait < 1000000000) wait *= 2;
    }
  }
}
