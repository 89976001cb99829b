/* Mutexes, condition variables and locks for readers and writers of POSIX, over those of CloudABI. */
#include "lock.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/* The words of a mutex; zeros are an ordinary one that is free. */
struct mutex {
  int type;
  lock_t lock;
  /* Number of times that the owner of a recursive one has taken it once more. */
  unsigned again;
};

/* The bits of the C library's attributes that say of which type a mutex is. */
#define TYPE 3u

static struct mutex *mutex_of(pthread_mutex_t *mutex) { return (struct mutex *)mutex; }

_Static_assert(sizeof(struct mutex) <= sizeof(pthread_mutex_t), "a mutex fits");

static bool is_mine(struct mutex *mutex) {
  cloudabi_lock_t owner = atomic_load_explicit(&mutex->lock, memory_order_relaxed) & ~CLOUDABI_LOCK_KERNEL_MANAGED;
  return owner == (CLOUDABI_LOCK_WRLOCKED | own_tid());
}

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr) {
  memset(mutex, 0, sizeof(*mutex));
  mutex_of(mutex)->type = attr == NULL ? PTHREAD_MUTEX_DEFAULT : (int)(attr->__attr & TYPE);
  return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex) {
  return atomic_load(&mutex_of(mutex)->lock) == CLOUDABI_LOCK_UNLOCKED ? 0 : EBUSY;
}

/* A thread takes a mutex that it has already: an error or once more; -1 when it has not. */
static int take_again(struct mutex *mutex) {
  if (mutex->type == PTHREAD_MUTEX_NORMAL || !is_mine(mutex))
    return -1;
  if (mutex->type == PTHREAD_MUTEX_ERRORCHECK)
    return EDEADLK;
  if (mutex->again + 1 == 0)
    return EAGAIN;
  mutex->again++;
  return 0;
}

int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *deadline) {
  int taken = take_again(mutex_of(mutex));
  return taken >= 0 ? taken : lock_write(&mutex_of(mutex)->lock, deadline);
}

int pthread_mutex_lock(pthread_mutex_t *mutex) { return pthread_mutex_timedlock(mutex, NO_DEADLINE); }

int pthread_mutex_trylock(pthread_mutex_t *mutex) {
  int taken = take_again(mutex_of(mutex));
  if (taken >= 0)
    return taken == EDEADLK ? EBUSY : taken;
  return lock_try_write(&mutex_of(mutex)->lock);
}

int pthread_mutex_lock_pair_np(pthread_mutex_t *one, pthread_mutex_t *other) {
  pthread_mutex_t *first = one < other ? one : other;
  pthread_mutex_t *second = one < other ? other : one;
  int error = pthread_mutex_lock(first);
  if (error != 0)
    return error;
  error = pthread_mutex_lock(second);
  if (error != 0)
    pthread_mutex_unlock(first);
  return error;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex) {
  struct mutex *own = mutex_of(mutex);
  if (own->type != PTHREAD_MUTEX_NORMAL && !is_mine(own))
    return EPERM;
  if (own->again > 0)
    own->again--;
  else
    unlock_write(&own->lock);
  return 0;
}

/* The words of a condition variable; zeros are one with the clock of real time. */
struct cond {
  condvar_t condvar;
  bool monotonic;
};

_Static_assert(sizeof(struct cond) <= sizeof(pthread_cond_t), "a condition variable fits");

static struct cond *cond_of(pthread_cond_t *cond) { return (struct cond *)cond; }

static condvar_t *condvar_of(pthread_cond_t *cond) { return &cond_of(cond)->condvar; }

/* The clock in the C library's attributes: its number in WASI, beside the bit that says shared. */
#define CLOCK_OF_ATTR 0x7fffffffu
#define MONOTONIC_OF_WASI 1u

/* Takes the place of the C library's function (--wrap), which gives the number for the clock. */
int __wrap_pthread_condattr_getclock(const pthread_condattr_t *attr, clockid_t *clock) {
  *clock = (attr->__attr & CLOCK_OF_ATTR) == MONOTONIC_OF_WASI ? CLOCK_MONOTONIC : CLOCK_REALTIME;
  return 0;
}

int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attr) {
  memset(cond, 0, sizeof(*cond));
  cond_of(cond)->monotonic = attr != NULL && (attr->__attr & CLOCK_OF_ATTR) == MONOTONIC_OF_WASI;
  return 0;
}

int pthread_cond_destroy(pthread_cond_t *cond) {
  return atomic_load(condvar_of(cond)) == CLOUDABI_CONDVAR_HAS_NO_WAITERS ? 0 : EBUSY;
}

int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *deadline) {
  struct mutex *own = mutex_of(mutex);
  if (own->again > 0)
    return EINVAL;
  cloudabi_clockid_t clock = cond_of(cond)->monotonic ? CLOUDABI_CLOCK_MONOTONIC : CLOUDABI_CLOCK_REALTIME;
  return condvar_wait_by(condvar_of(cond), &own->lock, clock, deadline);
}

int pthread_cond_timedwait_relative_np(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *duration) {
  struct timespec deadline;
  if (duration->tv_nsec < 0 || duration->tv_nsec >= 1000000000 || mutex_of(mutex)->again > 0)
    return EINVAL;
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  deadline.tv_nsec += duration->tv_nsec;
  if (__builtin_add_overflow(deadline.tv_sec, duration->tv_sec + deadline.tv_nsec / 1000000000, &deadline.tv_sec))
    return EINVAL;
  deadline.tv_nsec %= 1000000000;
  return condvar_wait_by(condvar_of(cond), &mutex_of(mutex)->lock, CLOUDABI_CLOCK_MONOTONIC, &deadline);
}

int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex) {
  return pthread_cond_timedwait(cond, mutex, NO_DEADLINE);
}

int pthread_cond_signal(pthread_cond_t *cond) {
  condvar_wake(condvar_of(cond), 1);
  return 0;
}

int pthread_cond_broadcast(pthread_cond_t *cond) {
  condvar_wake(condvar_of(cond), UINT32_MAX);
  return 0;
}

static lock_t *lock_of(pthread_rwlock_t *lock) { return (lock_t *)lock; }

int pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attr) {
  (void)attr;
  memset(lock, 0, sizeof(*lock));
  return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *lock) {
  return atomic_load(lock_of(lock)) == CLOUDABI_LOCK_UNLOCKED ? 0 : EBUSY;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *lock) { return lock_read(lock_of(lock), NO_DEADLINE); }

int pthread_rwlock_timedrdlock(pthread_rwlock_t *lock, const struct timespec *deadline) {
  return lock_read(lock_of(lock), deadline);
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock) { return lock_try_read(lock_of(lock)); }

int pthread_rwlock_wrlock(pthread_rwlock_t *lock) { return lock_write(lock_of(lock), NO_DEADLINE); }

int pthread_rwlock_timedwrlock(pthread_rwlock_t *lock, const struct timespec *deadline) {
  return lock_write(lock_of(lock), deadline);
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *lock) { return lock_try_write(lock_of(lock)); }

int pthread_rwlock_unlock(pthread_rwlock_t *lock) {
  if (atomic_load_explicit(lock_of(lock), memory_order_relaxed) & CLOUDABI_LOCK_WRLOCKED)
    unlock_write(lock_of(lock));
  else
    unlock_read(lock_of(lock));
  return 0;
}
