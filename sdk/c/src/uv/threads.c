/* Threads and what they share, over pthread.h. A misuse that libuv aborts for aborts here too. */
#include "loop.h"

#include <stdlib.h>
#include <time.h>

enum { NANOSECONDS_PER_SECOND = 1000000000 };

static void must(int error) {
  if (error != 0)
    abort();
}

struct start {
  uv_thread_cb entry;
  void *argument;
};

static void *run(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  start.entry(start.argument);
  return NULL;
}

int uv_thread_create(uv_thread_t *thread, uv_thread_cb entry, void *argument) {
  struct start *start = malloc(sizeof(*start));
  if (start == NULL)
    return UV_ENOMEM;
  *start = (struct start){entry, argument};
  int error = pthread_create(thread, NULL, run, start);
  if (error != 0)
    free(start);
  return -error;
}

int uv_thread_join(uv_thread_t *thread) { return -pthread_join(*thread, NULL); }
int uv_thread_equal(const uv_thread_t *first, const uv_thread_t *second) { return pthread_equal(*first, *second); }
uv_thread_t uv_thread_self(void) { return pthread_self(); }

int uv_mutex_init(uv_mutex_t *mutex) { return -pthread_mutex_init(mutex, NULL); }
int uv_mutex_init_recursive(uv_mutex_t *mutex) {
  pthread_mutexattr_t attributes;
  must(pthread_mutexattr_init(&attributes));
  must(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE));
  int error = pthread_mutex_init(mutex, &attributes);
  must(pthread_mutexattr_destroy(&attributes));
  return -error;
}
void uv_mutex_destroy(uv_mutex_t *mutex) { must(pthread_mutex_destroy(mutex)); }
void uv_mutex_lock(uv_mutex_t *mutex) { must(pthread_mutex_lock(mutex)); }
void uv_mutex_unlock(uv_mutex_t *mutex) { must(pthread_mutex_unlock(mutex)); }

/* Tells whether a lock was free. */
static int tried(int error) {
  if (error != 0 && error != EBUSY && error != EAGAIN && error != EDEADLK)
    abort();
  return error == 0 ? 0 : UV_EBUSY;
}
int uv_mutex_trylock(uv_mutex_t *mutex) { return tried(pthread_mutex_trylock(mutex)); }

int uv_rwlock_init(uv_rwlock_t *lock) { return -pthread_rwlock_init(lock, NULL); }
void uv_rwlock_destroy(uv_rwlock_t *lock) { must(pthread_rwlock_destroy(lock)); }
void uv_rwlock_rdlock(uv_rwlock_t *lock) { must(pthread_rwlock_rdlock(lock)); }
int uv_rwlock_tryrdlock(uv_rwlock_t *lock) { return tried(pthread_rwlock_tryrdlock(lock)); }
void uv_rwlock_rdunlock(uv_rwlock_t *lock) { must(pthread_rwlock_unlock(lock)); }
void uv_rwlock_wrlock(uv_rwlock_t *lock) { must(pthread_rwlock_wrlock(lock)); }
int uv_rwlock_trywrlock(uv_rwlock_t *lock) { return tried(pthread_rwlock_trywrlock(lock)); }
void uv_rwlock_wrunlock(uv_rwlock_t *lock) { must(pthread_rwlock_unlock(lock)); }

int uv_cond_init(uv_cond_t *cond) {
  pthread_condattr_t attributes;
  must(pthread_condattr_init(&attributes));
  must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
  int error = pthread_cond_init(cond, &attributes);
  must(pthread_condattr_destroy(&attributes));
  return -error;
}
void uv_cond_destroy(uv_cond_t *cond) { must(pthread_cond_destroy(cond)); }
void uv_cond_signal(uv_cond_t *cond) { must(pthread_cond_signal(cond)); }
void uv_cond_broadcast(uv_cond_t *cond) { must(pthread_cond_broadcast(cond)); }
void uv_cond_wait(uv_cond_t *cond, uv_mutex_t *mutex) { must(pthread_cond_wait(cond, mutex)); }
int uv_cond_timedwait(uv_cond_t *cond, uv_mutex_t *mutex, uint64_t timeout) {
  uint64_t end = uv_hrtime() + timeout;
  struct timespec time = {.tv_sec = (time_t)(end / NANOSECONDS_PER_SECOND),
                          .tv_nsec = (long)(end % NANOSECONDS_PER_SECOND)};
  int error = pthread_cond_timedwait(cond, mutex, &time);
  if (error != 0 && error != ETIMEDOUT)
    abort();
  return -error;
}

int uv_sem_init(uv_sem_t *semaphore, unsigned int value) {
  return sem_init(semaphore, 0, value) == 0 ? 0 : negative(errno);
}
void uv_sem_destroy(uv_sem_t *semaphore) { must(sem_destroy(semaphore)); }
void uv_sem_post(uv_sem_t *semaphore) { must(sem_post(semaphore)); }
void uv_sem_wait(uv_sem_t *semaphore) { must(sem_wait(semaphore)); }
int uv_sem_trywait(uv_sem_t *semaphore) { return sem_trywait(semaphore) == 0 ? 0 : UV_EAGAIN; }

int uv_barrier_init(uv_barrier_t *barrier, unsigned int count) { return -pthread_barrier_init(barrier, NULL, count); }
void uv_barrier_destroy(uv_barrier_t *barrier) { must(pthread_barrier_destroy(barrier)); }
int uv_barrier_wait(uv_barrier_t *barrier) {
  int result = pthread_barrier_wait(barrier);
  if (result != 0 && result != PTHREAD_BARRIER_SERIAL_THREAD)
    abort();
  return result == PTHREAD_BARRIER_SERIAL_THREAD;
}

int uv_key_create(uv_key_t *key) { return -pthread_key_create(key, NULL); }
void uv_key_delete(uv_key_t *key) { must(pthread_key_delete(*key)); }
void *uv_key_get(uv_key_t *key) { return pthread_getspecific(*key); }
void uv_key_set(uv_key_t *key, void *value) { must(pthread_setspecific(*key, value)); }
void uv_once(uv_once_t *guard, void (*run_once)(void)) { must(pthread_once(guard, run_once)); }
