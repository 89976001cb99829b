/*
 * Semaphores in memory. The words of one are its value and, in a program with threads, a lock and a condition
 * variable; zeros are those that nothing waits for.
 */
#include <cloudabi_syscalls.h>
#include <limits.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "../result.h"

#ifdef _REENTRANT
#include "../../threads/lock.h"
#endif

struct words {
  unsigned value;
#ifdef _REENTRANT
  lock_t lock;
  condvar_t raised;
#endif
};

_Static_assert(sizeof(struct words) <= sizeof(sem_t), "a semaphore fits");

static struct words *words_of(sem_t *semaphore) {
  return (struct words *)(void *)semaphore;
}

static void enter(struct words *words) {
#ifdef _REENTRANT
  lock_write(&words->lock, NULL);
#else
  (void)words;
#endif
}

static void leave(struct words *words) {
#ifdef _REENTRANT
  unlock_write(&words->lock);
#else
  (void)words;
#endif
}

/* Waits for another thread to raise the value; without threads there is none, and time can only pass. */
static int wait_for(struct words *words, const struct timespec *deadline) {
#ifdef _REENTRANT
  return condvar_wait(&words->raised, &words->lock, deadline);
#else
  (void)words;
  if (deadline == NULL)
    return EDEADLK;
  if (deadline->tv_nsec < 0 || deadline->tv_nsec >= 1000000000)
    return EINVAL;
  int error = clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, deadline, NULL);
  return error == 0 ? ETIMEDOUT : error;
#endif
}

int sem_init(sem_t *semaphore, int shared, unsigned value) {
  (void)shared;
  if (value > SEM_VALUE_MAX)
    return result_of(EINVAL);
  *words_of(semaphore) = (struct words){.value = value};
  return 0;
}

int sem_destroy(sem_t *semaphore) {
  (void)semaphore;
  return 0;
}

int sem_getvalue(sem_t *restrict semaphore, int *restrict value) {
  struct words *words = words_of(semaphore);
  enter(words);
  *value = (int)words->value;
  leave(words);
  return 0;
}

int sem_post(sem_t *semaphore) {
  struct words *words = words_of(semaphore);
  enter(words);
  bool full = words->value == SEM_VALUE_MAX;
  if (!full)
    ++words->value;
#ifdef _REENTRANT
  condvar_wake(&words->raised, 1);
#endif
  leave(words);
  return result_of(full ? EOVERFLOW : 0);
}

/* Takes one off the value; waits for it if so wanted. */
static int take(sem_t *semaphore, bool waits, const struct timespec *deadline) {
  struct words *words = words_of(semaphore);
  int error = 0;
  enter(words);
  while (words->value == 0 && error == 0)
    error = waits ? wait_for(words, deadline) : EAGAIN;
  if (words->value > 0) {
    --words->value;
    error = 0;
  }
  leave(words);
  return result_of(error);
}

int sem_trywait(sem_t *semaphore) {
  return take(semaphore, false, NULL);
}

int sem_wait(sem_t *semaphore) {
  return take(semaphore, true, NULL);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict deadline) {
  return take(semaphore, true, deadline);
}
