/*
 * Opens that may wait for another process, such as those of named pipes (fifo(7)), and connects (sockets.h): each has a thread
 * of its own, so that no other call waits. One more thread ends those whose process is gone, or has a signal to handle.
 */

#define START_SIGNAL 62 /* of supervisor-start.ts; here it ends a wait */
#define ERESTARTSYS 512 /* the kernel makes the call again, or answers EINTR, as the handler of the signal says */

enum { thread_worker, thread_waiter, thread_connect, thread_watch, thread_reader, thread_guard };

#define THREAD_FLAGS \
  (CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

i64 start_thread(u64 flags, void *stack, u32 *id, u64 third, u32 *last) __attribute__((visibility("hidden")));

/* Starts a thread; its id is 0 again when it has ended. */
FUNCTION i64 start(void *what, u8 *end_of_stack, u32 *id)
{
  u64 *top = (u64 *)((u64)end_of_stack / 16 * 16) - 2;
  top[0] = (u64)what;
#ifdef __x86_64__
  return start_thread(THREAD_FLAGS, top, id, (u64)id, 0);
#else
  return start_thread(THREAD_FLAGS, top, id, 0, id);
#endif
}

/* Starts a thread that answers calls, if there is room for one more. */
FUNCTION u32 start_worker(struct shared *s)
{
  for (u32 i = 0; i < MOST_THREADS + MOST_QUESTIONS; i++) {
    struct worker *one = s->workers[i];
    u32 none = 0;
    if (!__atomic_compare_exchange_n(&one->tid, &none, 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) continue;
    one->retires = 0;
    if (start(one, one->stack + sizeof one->stack, &one->tid) >= 0) return 1;
    one->tid = 0;
    return 0;
  }
  return 0;
}

FUNCTION void pause_for(u64 nanoseconds)
{
  u64 time[2];
  time[0] = 0;
  time[1] = nanoseconds;
  call(nr_ppoll, 0, 0, (i64)time, 0, 8, 0);
}

/* Takes a waiter for a call and a descriptor; 0 if there is none left. */
FUNCTION struct waiter *take_waiter(struct worker *w, u32 kind, i32 fd)
{
  struct shared *s = w->shared;
  for (u32 i = 0; i < MOST_WAITERS; i++) {
    struct waiter *one = &s->waiters[i];
    u32 none = 0;
    if (!__atomic_compare_exchange_n(&one->tid, &none, 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) continue;
    one->kind = kind;
    one->shared = s;
    one->id = w->n.id;
    one->pid = w->n.pid;
    one->fd = fd;
    one->interrupted = one->entered = 0;
    return one;
  }
  return 0;
}

/* Lets a waiter begin; returns 0 if the host has no thread for it. */
FUNCTION u32 start_waiter(struct waiter *one)
{
  struct shared *s = one->shared;
  if (start(one, one->stack + sizeof one->stack, &one->tid) < 0) {
    one->tid = 0;
    return 0;
  }
  __atomic_store_n(&s->waiting, 1, __ATOMIC_RELEASE);
  call(nr_futex, (i64)&s->waiting, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, 0, 0, 0);
  return 1;
}

/* Opens in a thread of its own. Closes the descriptor then. */
FUNCTION i64 open_later(struct worker *w, i32 fd, u64 flags, u64 asked)
{
  struct waiter *one = take_waiter(w, thread_waiter, fd);
  if (one != 0) {
    one->flags = flags;
    one->asked = asked;
    if (start_waiter(one)) return ANSWERED;
  }
  shut(fd);
  return -ENFILE;
}

/* Lets the signal that ends a wait through. */
FUNCTION void let_interrupt(void)
{
  u64 others = ~(1ul << (START_SIGNAL - 1));
  call(nr_rt_sigprocmask, SIG_SETMASK, (i64)&others, 0, 8, 0, 0);
}

/* Keeps that signal off again: one that came late must not interrupt the answer. */
FUNCTION void let_answer(void)
{
  u64 every = ~0ul;
  call(nr_rt_sigprocmask, SIG_SETMASK, (i64)&every, 0, 8, 0, 0);
}

FUNCTION void wait_for_open(struct waiter *one)
{
  struct shared *s = one->shared;
  u8 name[48];
  i64 fd, got;
  let_interrupt();
  put_own(name, one->fd);
  __atomic_store_n(&one->entered, 1, __ATOMIC_RELEASE);
  fd = call(nr_openat, s->self, (i64)name, (i64)(one->flags | O_CLOEXEC | O_NOCTTY), 0, 0, 0);
  __atomic_store_n(&one->entered, 0, __ATOMIC_RELEASE);
  let_answer();
  shut(one->fd);
  got = fd < 0 ? fd : give(s, one->id, fd, one->asked);
  if (got == -EINTR && one->interrupted) got = -ERESTARTSYS;
  if (got != ANSWERED) answer(s, one->id, got);
}

#define LINE_PENDING 0x3a646e50676953ul  /* "SigPnd:" */
#define LINE_SHARED 0x3a646e50646853ul   /* "ShdPnd:" */
#define LINE_BLOCKED 0x3a6b6c42676953ul  /* "SigBlk:" */

/* Says whether a process has a signal to handle. */
FUNCTION u32 has_signal(struct shared *s, u32 pid)
{
  u8 status[2048];
  i64 got = read_process(s, pid, WORD_STATUS, status, sizeof status);
  if (got < 0) return 0;
  return ((u64)status_number(status, LINE_PENDING, 16) | (u64)status_number(status, LINE_SHARED, 16)) &
                 ~(u64)status_number(status, LINE_BLOCKED, 16)
             ? 1
             : 0;
}

/* Looks after opens that wait, as long as there are some. */
FUNCTION void watch_opens(struct shared *s)
{
  for (;;) {
    u32 found = 0;
    if (!__atomic_load_n(&s->waiting, __ATOMIC_ACQUIRE)) {
      call(nr_futex, (i64)&s->waiting, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, 0, 0, 0);
      continue;
    }
    __atomic_store_n(&s->waiting, 0, __ATOMIC_RELEASE);
    for (u32 i = 0; i < MOST_WAITERS; i++) {
      struct waiter *one = &s->waiters[i];
      u32 tid = __atomic_load_n(&one->tid, __ATOMIC_ACQUIRE);
      if (tid == 0) continue;
      found = 1;
      if (tid == 1 || !__atomic_load_n(&one->entered, __ATOMIC_ACQUIRE)) continue;
      if (call(nr_ioctl, (i64)s->p.notify, SECCOMP_IOCTL_NOTIF_ID_VALID, (i64)&one->id, 0, 0, 0) != 0)
        call(nr_tgkill, s->own, tid, START_SIGNAL, 0, 0, 0);
      else if (has_signal(s, one->pid)) {
        one->interrupted = 1;
        call(nr_tgkill, s->own, tid, START_SIGNAL, 0, 0, 0);
      }
    }
    if (found) {
      __atomic_store_n(&s->waiting, 1, __ATOMIC_RELEASE);
      pause_for(20000000);
    }
  }
}
