/* Barriers, and locks that are waited for without sleeping. */
#include "lock.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

/* The words of a barrier. */
struct barrier {
  lock_t lock;
  condvar_t opened;
  unsigned wanted;
  unsigned waiting;
  unsigned round;
};

_Static_assert(sizeof(struct barrier) <= sizeof(pthread_barrier_t), "a barrier fits");

static struct barrier *barrier_of(pthread_barrier_t *barrier) { return (struct barrier *)barrier; }

int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attr, unsigned count) {
  (void)attr;
  if (count == 0)
    return EINVAL;
  *barrier_of(barrier) = (struct barrier){.wanted = count};
  return 0;
}

int pthread_barrier_destroy(pthread_barrier_t *barrier) {
  struct barrier *own = barrier_of(barrier);
  lock_write(&own->lock, NO_DEADLINE);
  int error = own->waiting > 0 ? EBUSY : 0;
  unlock_write(&own->lock);
  return error;
}

int pthread_barrier_wait(pthread_barrier_t *barrier) {
  struct barrier *own = barrier_of(barrier);
  lock_write(&own->lock, NO_DEADLINE);
  unsigned round = own->round;
  if (++own->waiting == own->wanted) {
    own->waiting = 0;
    own->round++;
    condvar_wake(&own->opened, UINT32_MAX);
    unlock_write(&own->lock);
    return PTHREAD_BARRIER_SERIAL_THREAD;
  }
  while (round == own->round)
    condvar_wait(&own->opened, &own->lock, NO_DEADLINE);
  unlock_write(&own->lock);
  return 0;
}

static _Atomic(int) *spin_of(pthread_spinlock_t *lock) { return (_Atomic(int) *)lock; }

int pthread_spin_init(pthread_spinlock_t *lock, int shared) {
  (void)shared;
  atomic_store(spin_of(lock), 0);
  return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *lock) {
  (void)lock;
  return 0;
}

int pthread_spin_trylock(pthread_spinlock_t *lock) {
  int expected = 0;
  return atomic_compare_exchange_strong(spin_of(lock), &expected, 1) ? 0 : EBUSY;
}

int pthread_spin_lock(pthread_spinlock_t *lock) {
  while (pthread_spin_trylock(lock) != 0)
    sched_yield();
  return 0;
}

int pthread_spin_unlock(pthread_spinlock_t *lock) {
  atomic_store(spin_of(lock), 0);
  return 0;
}
