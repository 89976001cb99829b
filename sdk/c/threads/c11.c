/* The threads of C11 (<threads.h>), over those of POSIX. */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

static int outcome(int error) {
  switch (error) {
  case 0:
    return thrd_success;
  case EBUSY:
    return thrd_busy;
  case ETIMEDOUT:
    return thrd_timedout;
  case ENOMEM:
    return thrd_nomem;
  default:
    return thrd_error;
  }
}

struct start {
  thrd_start_t function;
  void *argument;
};

static void *begin(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  return (void *)(intptr_t)start.function(start.argument);
}

int thrd_create(thrd_t *made, thrd_start_t function, void *argument) {
  struct start *start = malloc(sizeof(*start));
  if (start == NULL)
    return thrd_nomem;
  *start = (struct start){function, argument};
  int error = pthread_create((pthread_t *)made, NULL, begin, start);
  if (error != 0)
    free(start);
  return outcome(error);
}

_Noreturn void thrd_exit(int result) { pthread_exit((void *)(intptr_t)result); }

int thrd_detach(thrd_t thread) { return outcome(pthread_detach((pthread_t)thread)); }

int thrd_join(thrd_t thread, int *result) {
  void *value;
  int error = pthread_join((pthread_t)thread, &value);
  if (error == 0 && result != NULL)
    *result = (int)(intptr_t)value;
  return outcome(error);
}

int thrd_sleep(const struct timespec *duration, struct timespec *left) {
  return nanosleep(duration, left) == 0 ? 0 : errno == EINTR ? -1 : -2;
}

void thrd_yield(void) { sched_yield(); }

thrd_t thrd_current(void) { return (thrd_t)pthread_self(); }

int(thrd_equal)(thrd_t a, thrd_t b) { return a == b; }

void call_once(once_flag *flag, void (*function)(void)) { pthread_once(flag, function); }

int mtx_init(mtx_t *mutex, int type) {
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_settype(&attr, type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
  return outcome(pthread_mutex_init((pthread_mutex_t *)mutex, &attr));
}

void mtx_destroy(mtx_t *mutex) { pthread_mutex_destroy((pthread_mutex_t *)mutex); }

int mtx_lock(mtx_t *mutex) { return outcome(pthread_mutex_lock((pthread_mutex_t *)mutex)); }

int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict deadline) {
  return outcome(pthread_mutex_timedlock((pthread_mutex_t *)mutex, deadline));
}

int mtx_trylock(mtx_t *mutex) { return outcome(pthread_mutex_trylock((pthread_mutex_t *)mutex)); }

int mtx_unlock(mtx_t *mutex) { return outcome(pthread_mutex_unlock((pthread_mutex_t *)mutex)); }

int cnd_init(cnd_t *cond) { return outcome(pthread_cond_init((pthread_cond_t *)cond, NULL)); }

void cnd_destroy(cnd_t *cond) { pthread_cond_destroy((pthread_cond_t *)cond); }

int cnd_broadcast(cnd_t *cond) { return outcome(pthread_cond_broadcast((pthread_cond_t *)cond)); }

int cnd_signal(cnd_t *cond) { return outcome(pthread_cond_signal((pthread_cond_t *)cond)); }

int cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex, const struct timespec *restrict deadline) {
  return outcome(pthread_cond_timedwait((pthread_cond_t *)cond, (pthread_mutex_t *)mutex, deadline));
}

int cnd_wait(cnd_t *cond, mtx_t *mutex) {
  return outcome(pthread_cond_wait((pthread_cond_t *)cond, (pthread_mutex_t *)mutex));
}

int tss_create(tss_t *key, tss_dtor_t destructor) { return outcome(pthread_key_create(key, destructor)); }

void tss_delete(tss_t key) { pthread_key_delete(key); }

int tss_set(tss_t key, void *value) { return outcome(pthread_setspecific(key, value)); }

void *tss_get(tss_t key) { return pthread_getspecific(key); }
