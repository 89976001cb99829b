/*
 * The supervisor: threads of the first process of a program's namespaces that answer for the calls of the program that
 * rules are about (seccomp_unotify(2)). They stand behind the program's own Landlock domain, hold no capability, and open
 * nothing that the program's grants do not let it open.
 *
 * The list of the first process maps this code and raises a signal whose handler it is. The handler starts the threads and
 * returns; the list goes on. No library, no data: what the compiler makes of it can lie anywhere
 * (scripts/build-machine-code.js).
 */
#include "base.h"
#include "supervisor/match.h"
#include "supervisor/state.h"
#include "supervisor/target.h"
#include "supervisor/judge.h"
#include "filter.h"
#include "supervisor/live.h"
#include "supervisor/plain.h"
#include "supervisor/paths.h"
#include "supervisor/wait.h"
#include "supervisor/open.h"
#include "supervisor/look.h"
#include "supervisor/guard.h"
#include "supervisor/started.h"
#include "supervisor/names.h"
#include "supervisor/sockets.h"
#include "supervisor/change.h"
#include "supervisor/listing.h"
#include "supervisor/dispatch.h"
#include "supervisor/confine.h"

#ifdef __x86_64__
asm(".text\n"
    "  jmp begin\n"
    "  .balign 16\n"
    "restorer:\n"
    "  mov $15, %eax\n" /* the restorer: rt_sigreturn */
    "  syscall\n"
    "  .balign 8\n"
    "parameters:\n"
    "  .quad 0x1122334455667788, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0\n"
    "noop:\n"
    "  ret\n"
    "start_thread:\n" /* the argument of its function lies on the top of its stack */
    "  mov %rcx, %r10\n"
    "  mov $56, %eax\n"
    "  syscall\n"
    "  test %rax, %rax\n"
    "  jz 1f\n"
    "  ret\n"
    "1: pop %rdi\n"
    "  call run_thread\n"
    "  ud2\n");
#define ADDRESS_OF(label, into) asm("lea " label "(%%rip), %0" : "=r"(into))
#else
asm(".text\n"
    "  b begin\n"
    "  .balign 8\n"
    "parameters:\n"
    "  .quad 0x1122334455667788, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0\n"
    "noop:\n"
    "  ret\n"
    "start_thread:\n"
    "  mov x8, #220\n"
    "  svc #0\n"
    "  cbz x0, 1f\n"
    "  ret\n"
    "1: ldr x0, [sp], #16\n"
    "  bl run_thread\n"
    "  brk #1\n");
#define ADDRESS_OF(label, into) asm("adr %0, " label : "=r"(into))
#endif

FUNCTION void answer_calls(struct worker *w)
{
  struct shared *s = w->shared;
  call(nr_fchdir, s->self, 0, 0, 0, 0, 0);
  w->mask = ~0u;
  for (;;) {
    i64 got;
    clear(&w->n, sizeof w->n);
    got = call(nr_ioctl, (i64)s->p.notify, SECCOMP_IOCTL_NOTIF_RECV, (i64)&w->n, 0, 0, 0);
    if (got < 0) { /* the caller is gone, or all are: the first process ends everything then */
      struct { i32 fd; u16 wanted, found; } poll;
      if (got != -ENOENT && got != -EINTR) end(74);
      poll.fd = (i32)s->p.notify;
      poll.wanted = POLLIN;
      poll.found = 0;
      call(nr_ppoll, (i64)&poll, 1, 0, 0, 8, 0);
      if (poll.found & POLLHUP) call(nr_exit, 0, 0, 0, 0, 0, 0);
      continue;
    }
    if (s->first == 0) s->first = w->n.pid; /* no other process is there yet */
    w->has_held = 0;
    take_policy(w);
    got = w->n.architecture != AUDIT_ARCH ? -ENOSYS : check_started(w) ? dispatch(w) : ANSWERED;
    if (got != ANSWERED) answer(s, w->n.id, got);
    __atomic_store_n(&w->policy, 0, __ATOMIC_RELEASE);
    if (w->retires) return;
  }
}

static __attribute__((used, noinline)) void run_thread(u32 *what)
{
  if (*what == thread_worker) answer_calls((struct worker *)what);
  else if (*what == thread_waiter) wait_for_open((struct waiter *)what);
  else if (*what == thread_connect) wait_for_connect((struct waiter *)what);
  else if (*what == thread_watch) watch_opens(((struct worker *)what)->shared);
  else if (*what == thread_guard) watch_guarded(((struct worker *)what)->shared);
  else read_answers((struct worker *)what);
  for (;;) call(nr_exit, 0, 0, 0, 0, 0, 0);
}

static __attribute__((used)) void begin(void)
{
  const struct parameters *parameters;
  struct shared *s = memory(sizeof *s);
  struct worker *others[3];
  u64 every = ~0ul, action[4];
  u8 name[48];
  ADDRESS_OF("parameters", parameters);
  copy(&s->p, parameters, sizeof s->p);
  s->own = (u32)call(nr_getpid, 0, 0, 0, 0, 0, 0);
  put_process(name, s->own, WORD_FD);
  s->self = (i32)call(nr_openat, (i64)s->p.proc, (i64)name, O_PATH | O_CLOEXEC, 0, 0, 0);
  if (s->self < 0) end(78);
  s->policy = &s->policies[0];
  if (map_policy(s->policy, (i64)s->p.table, s->p.table_size, (i32)s->p.text) < 0) end(75);
  s->sealed = !s->p.live;
  if (s->sealed) seal_table(s->policy); /* the filter keeps it, too */
  call(nr_rt_sigprocmask, SIG_SETMASK, (i64)&every, 0, 8, 0, 0);
  clear(action, sizeof action); /* from now on the signal only interrupts */
  ADDRESS_OF("noop", action[0]);
#ifdef __x86_64__
  action[1] = SA_RESTORER;
  ADDRESS_OF("restorer", action[2]);
#endif
  call(nr_rt_sigaction, START_SIGNAL, (i64)action, 0, 8, 0, 0);
  if (s->p.threads > MOST_THREADS) s->p.threads = MOST_THREADS;
  s->waiters = memory(sizeof(struct waiter) * MOST_WAITERS);
  for (u64 i = 0; i < MOST_THREADS + MOST_QUESTIONS + 3; i++) {
    struct worker *one = memory(sizeof *one);
    one->shared = s;
    one->kind = thread_worker;
    if (i < MOST_THREADS + MOST_QUESTIONS) s->workers[i] = one;
    else others[i - MOST_THREADS - MOST_QUESTIONS] = one;
  }
  others[0]->kind = thread_watch;
  others[1]->kind = thread_reader;
  others[2]->kind = thread_guard;
  call(nr_ioctl, (i64)s->p.notify, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP, 0, 0, 0);
  s->exact = are_names_exact(s, s->workers[0]->room, ROOM);
  s->inside = 1;
  if (confine(s) < 0) end(76);
  for (u64 i = 0; i < s->p.threads; i++)
    if (!start_worker(s)) end(77);
  if (s->p.crashes && start(others[2], others[2]->stack + sizeof others[2]->stack, &s->guard) < 0) end(77);
  if (start(others[0], others[0]->stack + sizeof others[0]->stack, &s->watch) < 0) end(77);
  if ((s->p.asks || s->p.live) && start(others[1], others[1]->stack + sizeof others[1]->stack, &s->reader) < 0) end(77);
}
