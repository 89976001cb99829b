/* Threads that count under one lock, and hand a turn to each other by a condition variable; ends with 0, or a line. */
#include <cloudabi_syscalls.h>
#include <stdatomic.h>

#define EXPECT(what, expected)                                    \
  do {                                                            \
    if ((what) != (expected)) cloudabi_sys_proc_exit(__LINE__);   \
  } while (0)
#define OK(what) EXPECT(what, 0)

#define THREADS 4
#define ROUNDS 20000
#define WRITTEN 0x40000000u
#define MANAGED 0x80000000u

static _Atomic(cloudabi_lock_t) lock;
static _Atomic(cloudabi_condvar_t) changed;
static volatile uint32_t counter, turn, ended;

static void take(cloudabi_tid_t self)
{
  cloudabi_lock_t none = 0;
  if (atomic_compare_exchange_strong(&lock, &none, WRITTEN | self)) return;
  cloudabi_subscription_t wanted = { .type = CLOUDABI_EVENTTYPE_LOCK_WRLOCK,
                                     .lock = { .lock = &lock, .lock_scope = CLOUDABI_SCOPE_PRIVATE } };
  cloudabi_event_t event;
  size_t count;
  OK(cloudabi_sys_poll(&wanted, &event, 1, &count));
  OK(event.error);
}

static void give(cloudabi_tid_t self)
{
  cloudabi_lock_t mine = WRITTEN | self;
  if (!atomic_compare_exchange_strong(&lock, &mine, 0)) OK(cloudabi_sys_lock_unlock(&lock, CLOUDABI_SCOPE_PRIVATE));
}

static void wait_for_change(void)
{
  cloudabi_subscription_t wanted = {
    .type = CLOUDABI_EVENTTYPE_CONDVAR,
    .condvar = { .condvar = &changed, .lock = &lock, .condvar_scope = CLOUDABI_SCOPE_PRIVATE, .lock_scope = CLOUDABI_SCOPE_PRIVATE }
  };
  cloudabi_event_t event;
  size_t count;
  OK(cloudabi_sys_poll(&wanted, &event, 1, &count));
  OK(event.error);
}

static void signal_all(void)
{
  if (changed != 0) OK(cloudabi_sys_condvar_signal(&changed, CLOUDABI_SCOPE_PRIVATE, THREADS));
}

static void run(cloudabi_tid_t self, void *argument)
{
  uint32_t number = (uint32_t)(uintptr_t)argument;
  for (int round = 0; round < ROUNDS; round++) {
    take(self);
    counter++;
    give(self);
  }
  for (uint32_t round = 0; round < 50; round++) {
    take(self);
    while (turn % THREADS != number) wait_for_change();
    turn++;
    signal_all();
    give(self);
  }
  take(self);
  ended++;
  signal_all();
  /* Gives the lock up when the stack is no longer used. */
  cloudabi_sys_thread_exit(&lock, CLOUDABI_SCOPE_PRIVATE);
}

static void timeouts(cloudabi_tid_t self)
{
  take(self);
  cloudabi_subscription_t wanted[2] = {
    { .userdata = 1,
      .type = CLOUDABI_EVENTTYPE_CONDVAR,
      .condvar = { .condvar = &changed, .lock = &lock, .condvar_scope = CLOUDABI_SCOPE_PRIVATE, .lock_scope = CLOUDABI_SCOPE_PRIVATE } },
    { .userdata = 2, .type = CLOUDABI_EVENTTYPE_CLOCK, .clock = { .clock_id = CLOUDABI_CLOCK_MONOTONIC, .timeout = 1000000 } },
  };
  cloudabi_event_t events[2];
  size_t count;
  OK(cloudabi_sys_poll(wanted, events, 2, &count));
  EXPECT(count, 1);
  EXPECT(events[0].userdata, 2);
  EXPECT(changed, 0);
  EXPECT(lock & ~MANAGED, WRITTEN | self);
  cloudabi_subscription_t again = { .type = CLOUDABI_EVENTTYPE_LOCK_WRLOCK,
                                    .lock = { .lock = &lock, .lock_scope = CLOUDABI_SCOPE_PRIVATE } };
  OK(cloudabi_sys_poll(&again, events, 1, &count));
  EXPECT(events[0].error, CLOUDABI_EDEADLK);
  give(self);
  EXPECT(cloudabi_sys_lock_unlock(&lock, CLOUDABI_SCOPE_PRIVATE), CLOUDABI_EPERM);
}

extern cloudabi_tid_t cloudabi_first_tid;
static _Alignas(16) char stacks[THREADS][65536];

_Noreturn void cloudabi_main(const void *argdata, size_t length)
{
  (void)argdata, (void)length;
  cloudabi_tid_t self = cloudabi_first_tid, made;
  timeouts(self);
  for (uint32_t number = 0; number < THREADS; number++) {
    cloudabi_threadattr_t attr = { run, stacks[number], sizeof(stacks[number]), (void *)(uintptr_t)number };
    OK(cloudabi_sys_thread_create(&attr, &made));
  }
  take(self);
  while (ended < THREADS) wait_for_change();
  give(self);
  EXPECT(counter, THREADS * ROUNDS);
  EXPECT(turn, THREADS * 50);
  cloudabi_sys_proc_exit(0);
}
