#include "lock.h"

#include <errno.h>
#include <stdbool.h>

#define READERS 0x3fffffffu

/* Number of looks before sleeping: about as long as a short critical section takes. */
#define SPINS 100

/* The number of this thread. The first thread's number is the system's promise, and others set theirs. */
_Thread_local cloudabi_tid_t cloudabi_own_tid = 1;

/* Number of locks that this thread has for reading: with any, it must not wait for writers, which may wait for it. */
static _Thread_local unsigned read_locks;

cloudabi_tid_t own_tid(void) { return cloudabi_own_tid; }

/* Waits for the subscription, and for the deadline if there is one. */
static int wait_for(cloudabi_subscription_t *wanted, cloudabi_clockid_t clock, const struct timespec *deadline) {
  size_t count = 1;
  if (deadline != NO_DEADLINE) {
    if (deadline->tv_nsec < 0 || deadline->tv_nsec >= 1000000000)
      return EINVAL;
    cloudabi_timestamp_t seconds = deadline->tv_sec < 0 ? 0 : (cloudabi_timestamp_t)deadline->tv_sec;
    wanted[1] = (cloudabi_subscription_t){
        .type = CLOUDABI_EVENTTYPE_CLOCK,
        .clock = {.clock_id = clock,
                  .timeout = seconds * 1000000000u + (cloudabi_timestamp_t)deadline->tv_nsec,
                  .flags = CLOUDABI_SUBSCRIPTION_CLOCK_ABSTIME},
    };
    count = 2;
  }
  cloudabi_event_t happened[2];
  size_t events;
  cloudabi_errno_t error = cloudabi_sys_poll(wanted, happened, count, &events);
  if (error != 0)
    return error;
  for (size_t i = 0; i < events; i++)
    if (happened[i].type != CLOUDABI_EVENTTYPE_CLOCK)
      return happened[i].error;
  return ETIMEDOUT;
}

static int take(lock_t *lock, cloudabi_eventtype_t type, const struct timespec *deadline) {
  cloudabi_subscription_t wanted[2] = {
      {.type = type, .lock = {.lock = lock, .lock_scope = CLOUDABI_SCOPE_PRIVATE}}};
  return wait_for(wanted, CLOUDABI_CLOCK_REALTIME, deadline);
}

int lock_try_write(lock_t *lock) {
  cloudabi_lock_t old = CLOUDABI_LOCK_UNLOCKED;
  return atomic_compare_exchange_strong_explicit(lock, &old, own_tid() | CLOUDABI_LOCK_WRLOCKED, memory_order_acquire,
                                                 memory_order_relaxed)
             ? 0
             : EBUSY;
}

int lock_write(lock_t *lock, const struct timespec *deadline) {
  for (int spin = 0; spin < SPINS; spin++) {
    if (lock_try_write(lock) == 0)
      return 0;
    /* Others sleep already: stand in line. */
    if (atomic_load_explicit(lock, memory_order_relaxed) & CLOUDABI_LOCK_KERNEL_MANAGED)
      break;
  }
  return take(lock, CLOUDABI_EVENTTYPE_LOCK_WRLOCK, deadline);
}

void unlock_write(lock_t *lock) {
  cloudabi_lock_t old = own_tid() | CLOUDABI_LOCK_WRLOCKED;
  if (!atomic_compare_exchange_strong_explicit(lock, &old, CLOUDABI_LOCK_UNLOCKED, memory_order_release,
                                               memory_order_relaxed))
    cloudabi_sys_lock_unlock(lock, CLOUDABI_SCOPE_PRIVATE);
}

int lock_try_read(lock_t *lock) {
  cloudabi_lock_t old = atomic_load_explicit(lock, memory_order_relaxed);
  for (;;) {
    bool writers_wait = (old & CLOUDABI_LOCK_KERNEL_MANAGED) != 0 && read_locks == 0;
    if ((old & CLOUDABI_LOCK_WRLOCKED) != 0 || writers_wait)
      return EBUSY;
    if ((old & READERS) == READERS)
      return EAGAIN;
    if (atomic_compare_exchange_weak_explicit(lock, &old, old + 1, memory_order_acquire, memory_order_relaxed)) {
      read_locks++;
      return 0;
    }
  }
}

int lock_read(lock_t *lock, const struct timespec *deadline) {
  int error = lock_try_read(lock);
  if (error != EBUSY)
    return error;
  error = take(lock, CLOUDABI_EVENTTYPE_LOCK_RDLOCK, deadline);
  if (error == 0)
    read_locks++;
  return error;
}

void unlock_read(lock_t *lock) {
  read_locks--;
  cloudabi_lock_t old = atomic_load_explicit(lock, memory_order_relaxed);
  for (;;) {
    /* The last reader turns the lock into one for writing, so that no thread comes in while the kernel looks. */
    bool last = old == (CLOUDABI_LOCK_KERNEL_MANAGED | 1);
    cloudabi_lock_t next = last ? CLOUDABI_LOCK_KERNEL_MANAGED | CLOUDABI_LOCK_WRLOCKED | own_tid() : old - 1;
    if (!atomic_compare_exchange_weak_explicit(lock, &old, next, memory_order_release, memory_order_relaxed))
      continue;
    if (last)
      cloudabi_sys_lock_unlock(lock, CLOUDABI_SCOPE_PRIVATE);
    return;
  }
}

int condvar_wait_by(condvar_t *condvar, lock_t *lock, cloudabi_clockid_t clock, const struct timespec *deadline) {
  cloudabi_subscription_t wanted[2] = {{
      .type = CLOUDABI_EVENTTYPE_CONDVAR,
      .condvar = {.condvar = condvar,
                  .lock = lock,
                  .condvar_scope = CLOUDABI_SCOPE_PRIVATE,
                  .lock_scope = CLOUDABI_SCOPE_PRIVATE},
  }};
  return wait_for(wanted, clock, deadline);
}

int condvar_wait(condvar_t *condvar, lock_t *lock, const struct timespec *deadline) {
  return condvar_wait_by(condvar, lock, CLOUDABI_CLOCK_REALTIME, deadline);
}

void condvar_wake(condvar_t *condvar, cloudabi_nthreads_t count) {
  if (atomic_load_explicit(condvar, memory_order_relaxed) != CLOUDABI_CONDVAR_HAS_NO_WAITERS)
    cloudabi_sys_condvar_signal(condvar, CLOUDABI_SCOPE_PRIVATE, count);
}
