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
#include "freestanding.h"
#include "names/requests.h"

/* Behind the first instructions; TypeScript fills it in. */
struct parameters {
  u64 names, requests; /* descriptors of the two memory files */
  u64 parent;          /* process id of the confined process */
};

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
#else
asm(".text\n"
    "  bl run\n"
    "  brk #1\n"
    "  .balign 8\n"
    "restorer:\n"
    "parameters:\n"
    "  .quad 0x1122334455667788, 0, 0\n");

#define ADDRESS_OF(label, into) asm("adr %0, " label : "=r"(into))
#endif

/* Address of the memory: the handler of a signal must find it, and there is no data. */
#define REQUESTS ((struct requests *)0x30000000ul)
#define NAMES ((u8 *)0x31000000ul)
/* A thread of the confined process has ended that had started the writer, so that the process may end without a word. */
#define ENDING ((volatile u32 *)0x32000000ul)

static __attribute__((noinline, noreturn)) void end(void)
{
  for (;;) call(nr_exit_group, 0, 0, 0, 0, 0, 0);
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
  next = put(next, BPF_LD | BPF_W | BPF_ABS, 0, 4); /* architecture */
  next = put(next, BPF_JMP | BPF_JEQ | BPF_K, 0x0100, AUDIT_ARCH);
  next = put(next, BPF_RET | BPF_K, 0, SECCOMP_RET_KILL_PROCESS);
  next = put(next, BPF_LD | BPF_W | BPF_ABS, 0, 0); /* number */
  next = put(next, BPF_JMP | BPF_JEQ | BPF_K, 0x0400, nr_futex);
  next = put(next, BPF_JMP | BPF_JEQ | BPF_K, 0x0300, nr_getppid);
  next = put(next, BPF_JMP | BPF_JEQ | BPF_K, 0x0200, nr_rt_sigreturn);
  next = put(next, BPF_JMP | BPF_JEQ | BPF_K, 0x0100, nr_exit_group);
  next = put(next, BPF_RET | BPF_K, 0, SECCOMP_RET_KILL_PROCESS);
  next = put(next, BPF_RET | BPF_K, 0, SECCOMP_RET_ALLOW);
  filter.length = (u64)(next - program);
  filter.program = program;
  if (call(nr_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0) < 0) end();
  if (call(nr_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (i64)&filter, 0, 0, 0) < 0) end();
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
  enum {
    writable = PROT_READ | PROT_WRITE,
    shared = MAP_SHARED | MAP_FIXED_NOREPLACE,
    own = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
  };
  if (call(nr_mmap, (i64)NAMES, SLOTS * NAME_ROOM, writable, shared, (i64)parameters->names, 0) < 0) end();
  if (call(nr_mmap, (i64)requests, sizeof(struct requests), writable, shared, (i64)parameters->requests, 0) < 0)
    end();
  if (call(nr_mmap, (i64)ENDING, 4096, writable, own, -1, 0) < 0) end();
  call(nr_close_range, 0, UINT_MAX, 0, 0, 0, 0);
  call(nr_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0, 0);
  name[0] = 0x69626164756f6c63ul;
  name[1] = 0x73656d616e2dul;
  call(nr_prctl, PR_SET_NAME, (i64)name, 0, 0, 0, 0);

  action[0] = (u64)handler;
#ifdef __x86_64__
  action[1] = SA_RESTORER;
#else
  action[1] = 0;
#endif
  action[2] = (u64)restorer;
  action[3] = 0;
  call(nr_rt_sigaction, SIGTERM, (i64)action, 0, 8, 0, 0);
  mask = ~(1ul << (SIGTERM - 1));
  call(nr_rt_sigprocmask, SIG_SETMASK, (i64)&mask, 0, 8, 0, 0);
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
