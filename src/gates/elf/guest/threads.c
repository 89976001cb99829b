/* Threads, and the locks and condition variables for which they wait. Words that all threads change lie in the program's memory. */
#include "guest.h"

#define WRITTEN 0x40000000u
#define MANAGED 0x80000000u
#define COUNT 0x3fffffffu

#define READERS 1
#define WRITERS 2
#define EVERY 0x7fffffff

/* A moment until which to wait; `has` is 0 for ever. */
struct end {
  int has;
  int realtime;
  i64 time[2];
};

/* A word for which threads wait must be there, and in its place. */
static errno_t check_word(const u32 *word, u8 scope)
{
  if ((u64)word % sizeof(*word) != 0) return CLOUDABI_EINVAL;
  if (!reaches(word, sizeof(*word))) return CLOUDABI_EFAULT;
  return scope == CLOUDABI_SCOPE_PRIVATE || scope == CLOUDABI_SCOPE_SHARED ? 0 : CLOUDABI_EINVAL;
}

INLINE u32 load(u32 *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }
INLINE int change(u32 *word, u32 from, u32 to)
{
  return __atomic_compare_exchange_n(word, &from, to, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static i64 wake(u32 *word, i64 count, i64 kinds)
{
  return call(nr_futex, (i64)word, FUTEX_WAKE_BITSET, count, 0, 0, kinds);
}
static i64 sleep(u32 *word, u32 value, i64 kinds, const struct end *end)
{
  i64 operation = FUTEX_WAIT_BITSET | (end && end->has && end->realtime ? FUTEX_CLOCK_REALTIME : 0);
  return call(nr_futex, (i64)word, operation, value, end && end->has ? (i64)end->time : 0, 0, kinds);
}

static u32 own_id(void) { return (u32)call0(nr_gettid); }

/*
 * Takes a lock. A thread that must wait marks it as managed, so that its owner gives it up here. One that has waited leaves
 * the mark, because others may wait still; and one that stops waiting leaves it as well.
 */
static errno_t take(u32 *lock, int writer, const struct end *end)
{
  u32 self = own_id();
  u32 mark = 0;
  int late = 0;
  for (;;) {
    u32 old = load(lock);
    if ((old & ~MANAGED) == 0) {
      if (change(lock, old, (writer ? WRITTEN | self : 1) | (writer ? mark : 0) | (old & MANAGED))) return 0;
      continue;
    }
    if (!writer && !(old & WRITTEN) && !(old & MANAGED)) {
      if ((old & COUNT) == COUNT) return CLOUDABI_EAGAIN;
      if (change(lock, old, old + 1)) return 0;
      continue;
    }
    if (!end->has && (old & ~MANAGED) == (WRITTEN | self)) return CLOUDABI_EDEADLK;
    if (!(old & MANAGED) && !change(lock, old, old | MANAGED)) continue;
    if (late) return CLOUDABI_ETIMEDOUT;
    i64 result = sleep(lock, old | MANAGED, writer ? WRITERS : READERS, end);
    mark = MANAGED;
    /* A woken thread alone knows that the lock is free: it looks once more, even if time has run out. */
    late = result == -ETIMEDOUT;
    if (result < 0 && result != -EAGAIN && result != -EINTR && !late) return error_of(result);
  }
}

/* Gives up a lock that this thread has for writing: one writer goes before all readers. */
static errno_t give_up(u32 *lock)
{
  u32 owned = WRITTEN | own_id();
  for (;;) {
    u32 old = load(lock);
    if ((old & ~MANAGED) != owned) return CLOUDABI_EPERM;
    if (change(lock, old, 0)) break;
  }
  if (wake(lock, 1, WRITERS) == 0) wake(lock, EVERY, READERS);
  return 0;
}

static void enter_room(void)
{
  u32 value = 0;
  if (change(&record.room, 0, 1)) return;
  do {
    value = __atomic_exchange_n(&record.room, 2, __ATOMIC_ACQUIRE);
    if (value != 0) sleep(&record.room, 2, EVERY, 0);
  } while (value != 0);
}
static void leave_room(void)
{
  if (__atomic_exchange_n(&record.room, 0, __ATOMIC_RELEASE) == 2) wake(&record.room, 1, EVERY);
}

static int anybody(const u32 *condvar)
{
  for (struct waiter *one = record.waiters; one; one = one->next)
    if (one->condvar == condvar) return 1;
  return 0;
}

/* In the room: wakes up to so many threads that wait, in their order, and leaves the word at 0 with the last. */
static void wake_waiters(u32 *condvar, u64 count)
{
  for (struct waiter **at = &record.waiters; *at && count > 0;) {
    struct waiter *one = *at;
    if (one->condvar != condvar) {
      at = &one->next;
      continue;
    }
    *at = one->next;
    count--;
    /* The waiter may be gone with its stack after this: its address alone is used, and all who sleep look again. */
    __atomic_store_n(&one->woken, 1, __ATOMIC_RELEASE);
    wake(&one->woken, 1, EVERY);
  }
  if (!anybody(condvar)) __atomic_store_n(condvar, CLOUDABI_CONDVAR_HAS_NO_WAITERS, __ATOMIC_RELEASE);
}

static errno_t wait_for(u32 *condvar, u32 *lock, const struct end *end)
{
  static const struct end never = { 0, 0, { 0, 0 } };
  struct waiter self = { 0, condvar, 0 };
  if ((load(lock) & ~MANAGED) != (WRITTEN | own_id())) return CLOUDABI_EPERM;
  enter_room();
  struct waiter **last = &record.waiters;
  while (*last) last = &(*last)->next;
  *last = &self;
  /* Before the lock is given up: the next owner must see that a thread waits. */
  change(condvar, CLOUDABI_CONDVAR_HAS_NO_WAITERS, 1);
  leave_room();
  give_up(lock);
  errno_t outcome = 0;
  while (!load(&self.woken)) {
    if (sleep(&self.woken, 0, EVERY, end) != -ETIMEDOUT) continue;
    enter_room();
    if (!self.woken) {
      struct waiter **at = &record.waiters;
      while (*at != &self) at = &(*at)->next;
      *at = self.next;
      if (!anybody(condvar)) __atomic_store_n(condvar, CLOUDABI_CONDVAR_HAS_NO_WAITERS, __ATOMIC_RELEASE);
      outcome = CLOUDABI_ETIMEDOUT;
    }
    leave_room();
    break;
  }
  errno_t taken = take(lock, 1, &never);
  return taken ? taken : outcome;
}

EXPORT errno_t cloudabi_sys_condvar_signal(u32 *condvar, u8 scope, u32 count)
{
  errno_t error = check_word(condvar, scope);
  if (error) return error;
  enter_room();
  wake_waiters(condvar, count);
  leave_room();
  return 0;
}
EXPORT errno_t cloudabi_sys_lock_unlock(u32 *lock, u8 scope)
{
  errno_t error = check_word(lock, scope);
  return error ? error : give_up(lock);
}

static int is_lock(u8 type)
{
  return type == CLOUDABI_EVENTTYPE_CONDVAR || type == CLOUDABI_EVENTTYPE_LOCK_RDLOCK ||
         type == CLOUDABI_EVENTTYPE_LOCK_WRLOCK;
}

/* The moment of a clock; an error number where it is of no use. */
static errno_t end_of(const cloudabi_subscription_t *clock, struct end *end)
{
  u32 id = clock->clock.clock_id;
  if (clock->clock.flags & ~CLOUDABI_SUBSCRIPTION_CLOCK_ABSTIME) return CLOUDABI_EINVAL;
  if (id == CLOUDABI_CLOCK_PROCESS_CPUTIME_ID || id == CLOUDABI_CLOCK_THREAD_CPUTIME_ID) return CLOUDABI_ENOTSUP;
  if (id != CLOUDABI_CLOCK_MONOTONIC && id != CLOUDABI_CLOCK_REALTIME) return CLOUDABI_EINVAL;
  timestamp_t time = clock->clock.timeout;
  if (!(clock->clock.flags & CLOUDABI_SUBSCRIPTION_CLOCK_ABSTIME)) {
    timestamp_t now = time_now(id);
    time = time > ~now ? ~(timestamp_t)0 : time + now;
  }
  /* Times that no clock reaches are those of the far end. */
  u64 seconds = time / 1000000000;
  end->has = 1;
  end->realtime = id == CLOUDABI_CLOCK_REALTIME;
  end->time[0] = (i64)seconds;
  end->time[1] = (i64)(time % 1000000000);
  return 0;
}

/* Tells the program of one event. */
static errno_t occur(cloudabi_event_t *to, u64 *nevents, const cloudabi_subscription_t *of, errno_t error)
{
  cloudabi_event_t event;
  u64 one = 1;
  for (u64 at = 0; at < sizeof(event); at++) ((volatile u8 *)&event)[at] = 0;
  event.userdata = of->userdata;
  event.error = error;
  event.type = of->type;
  return copy(to, &event, sizeof(event)) && copy(nevents, &one, sizeof(one)) ? 0 : CLOUDABI_EFAULT;
}

static errno_t wait_for_first(const cloudabi_subscription_t *in, const struct end *end)
{
  if (in->type != CLOUDABI_EVENTTYPE_CONDVAR) {
    errno_t error = check_word((u32 *)in->lock.lock, in->lock.lock_scope);
    return error ? error : take((u32 *)in->lock.lock, in->type == CLOUDABI_EVENTTYPE_LOCK_WRLOCK, end);
  }
  errno_t error = check_word((u32 *)in->condvar.condvar, in->condvar.condvar_scope);
  if (error == 0) error = check_word((u32 *)in->condvar.lock, in->condvar.lock_scope);
  if (error) return error;
  if ((u64)in->condvar.condvar == (u64)in->condvar.lock) return CLOUDABI_EINVAL;
  return wait_for((u32 *)in->condvar.condvar, (u32 *)in->condvar.lock, end);
}

/* A call of poll that waits for a lock or a condition variable, or only for a clock. */
static errno_t wait_here(const cloudabi_subscription_t *in, cloudabi_event_t *out, u64 count, u64 *nevents)
{
  struct end end = { 0, 0, { 0, 0 } };
  int locks = is_lock(in[0].type);
  const cloudabi_subscription_t *clock = locks ? (count == 2 ? &in[1] : 0) : &in[0];
  errno_t error = clock ? end_of(clock, &end) : 0;
  if (error == CLOUDABI_EINVAL) return error;
  if (error != 0) return occur(out, nevents, clock, error);
  if (locks) {
    errno_t result = wait_for_first(in, &end);
    int late = result == CLOUDABI_ETIMEDOUT && clock;
    return occur(out, nevents, late ? clock : &in[0], late ? 0 : result);
  }
  i64 id = end.realtime ? CLOCK_REALTIME : CLOCK_MONOTONIC;
  while (call4(nr_clock_nanosleep, id, TIMER_ABSTIME, (i64)end.time, 0) == -EINTR) continue;
  return occur(out, nevents, clock, 0);
}

EXPORT errno_t cloudabi_sys_poll(const cloudabi_subscription_t *in, cloudabi_event_t *out, u64 count, u64 *nevents)
{
  cloudabi_subscription_t first[2];
  if (count == 0 || count > MOST_SUBSCRIPTIONS) return CLOUDABI_EINVAL;
  if (!copy(first, in, (count == 1 ? 1 : 2) * sizeof(*in))) return CLOUDABI_EFAULT;
  if (reach_both(out, count * sizeof(*out), nevents, sizeof(*nevents)) != 0) return CLOUDABI_EFAULT;
  int locks = is_lock(first[0].type);
  if (locks && (count > 2 || (count == 2 && first[1].type != CLOUDABI_EVENTTYPE_CLOCK))) return CLOUDABI_EINVAL;
  if (locks || (count == 1 && first[0].type == CLOUDABI_EVENTTYPE_CLOCK)) return wait_here(first, out, count, nevents);
  struct slot *slot = claim();
  cloudabi_subscription_t *all = (cloudabi_subscription_t *)slot->data;
  u8 *events = slot->data + count * sizeof(*in);
  if (!copy(all, in, count * sizeof(*in))) FINISH(slot, CLOUDABI_EFAULT);
  for (u64 index = 0; index < count; index++)
    if (is_lock(all[index].type)) FINISH(slot, CLOUDABI_EINVAL);
  slot->words[0] = place(all);
  slot->words[1] = place(events);
  slot->words[2] = count;
  slot->words[3] = place(slot->results);
  errno_t error = notify(CALL_poll, slot);
  if (error == 0) {
    u64 got = slot->results[0];
    if (!copy(out, events, (got < count ? got : count) * sizeof(*out)) || !copy(nevents, &got, sizeof(got)))
      error = CLOUDABI_EFAULT;
  }
  FINISH(slot, error);
}

/* Ends this thread. Once the lock is free, another may take the stack away. */
EXPORT __attribute__((noreturn)) void cloudabi_sys_thread_exit(u32 *lock, u8 scope)
{
  u32 owned = WRITTEN | own_id();
  if (check_word(lock, scope) == 0 && (load(lock) & ~MANAGED) == owned) {
    asm volatile("movl $0, (%%rdi)\n"
                 "movl %[futex], %%eax\n"
                 "movl %[wake], %%esi\n"
                 "movl %[every], %%edx\n"
                 "xorl %%r10d, %%r10d\n"
                 "xorl %%r8d, %%r8d\n"
                 "movl $-1, %%r9d\n"
                 "syscall\n"
                 "movl %[exit], %%eax\n"
                 "xorl %%edi, %%edi\n"
                 "syscall\n"
                 "ud2\n"
                 :
                 : "D"(lock), [futex] "i"(nr_futex), [wake] "i"(FUTEX_WAKE_BITSET), [every] "i"(EVERY), [exit] "i"(nr_exit)
                 : "memory");
    __builtin_unreachable();
  }
  for (;;) call1(nr_exit, 0);
}

#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS)

/* The top of a new stack: the thread's TCB and the word that points to it, then what it enters the program with. */
struct top {
  u64 entry;
  u64 argument;
  u64 tls;
  u64 tcb;
};

HIDDEN __attribute__((used, noreturn)) void begin_thread(struct top *top)
{
  /* The supervisor knows each thread, because those of a program that executes another one end without a word. */
  if (record.modes & EXECUTES) call0(NOTIFIED + CALL_thread_create);
  ((void (*)(u32, void *))top->entry)(own_id(), (void *)top->argument);
  for (;;) call1(nr_exit_group, 71);
}

EXPORT errno_t cloudabi_sys_thread_create(const cloudabi_threadattr_t *from, u32 *tid)
{
  cloudabi_threadattr_t attr;
  if (!copy(&attr, from, sizeof(attr)) || !reaches(tid, sizeof(*tid))) return CLOUDABI_EFAULT;
  if (attr.stack_len < PAGE) return CLOUDABI_EINVAL;
  u64 end = ((u64)attr.stack + attr.stack_len) & ~15ul;
  struct top *top = (struct top *)(end - sizeof(struct top));
  if (end < (u64)attr.stack || !reaches(top, sizeof(*top))) return CLOUDABI_EFAULT;
  top->entry = (u64)attr.entry_point;
  top->argument = (u64)attr.argument;
  top->tls = (u64)&top->tcb;
  top->tcb = 0;
  i64 result;
  register i64 r10 asm("r10") = 0;
  register i64 r8 asm("r8") = (i64)&top->tls;
  asm volatile("syscall\n"
               "testq %%rax, %%rax\n"
               "jnz 1f\n"
               "xorl %%ebp, %%ebp\n"
               "movq %%rsp, %%rdi\n"
               "call begin_thread\n"
               "ud2\n"
               "1:"
               : "=a"(result)
               : "a"((i64)nr_clone), "D"((i64)THREAD_FLAGS), "S"(top), "d"(0l), "r"(r10), "r"(r8)
               : "rcx", "r11", "memory");
  if (result < 0) return error_of(result);
  u32 id = (u32)result;
  return copy(tid, &id, sizeof(id)) ? 0 : CLOUDABI_EFAULT;
}
