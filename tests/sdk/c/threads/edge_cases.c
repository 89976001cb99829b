/* Edge cases of threads, as POSIX has them. */
#include "../check.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

static void *give_back(void *argument) { return argument; }
static void *leave_early(void *argument) {
  pthread_exit(argument);
  return NULL;
}

TEST(threads_give_their_result) {
  pthread_t thread;
  void *result = NULL;
  EQUAL(pthread_create(&thread, NULL, give_back, &thread), 0);
  EQUAL(pthread_join(thread, &result), 0);
  CHECK(result == &thread);
  EQUAL(pthread_create(&thread, NULL, leave_early, &result), 0);
  EQUAL(pthread_join(thread, &result), 0);
  CHECK(result == &result);
  EQUAL(pthread_join(pthread_self(), NULL), EDEADLK);
}

TEST(mutexes_tell_of_mistakes_by_their_kind) {
  pthread_mutexattr_t attributes;
  pthread_mutex_t mutex;
  EQUAL(pthread_mutexattr_init(&attributes), 0);
  EQUAL(pthread_mutexattr_settype(&attributes, 99), EINVAL);
  EQUAL(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK), 0);
  EQUAL(pthread_mutex_init(&mutex, &attributes), 0);
  EQUAL(pthread_mutex_lock(&mutex), 0);
  EQUAL(pthread_mutex_lock(&mutex), EDEADLK);
  EQUAL(pthread_mutex_trylock(&mutex), EBUSY);
  EQUAL(pthread_mutex_unlock(&mutex), 0);
  EQUAL(pthread_mutex_unlock(&mutex), EPERM);
  EQUAL(pthread_mutex_destroy(&mutex), 0);
  EQUAL(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE), 0);
  EQUAL(pthread_mutex_init(&mutex, &attributes), 0);
  for (int i = 0; i < 3; ++i)
    EQUAL(i == 1 ? pthread_mutex_trylock(&mutex) : pthread_mutex_lock(&mutex), 0);
  for (int i = 0; i < 3; ++i)
    EQUAL(pthread_mutex_unlock(&mutex), 0);
  EQUAL(pthread_mutex_unlock(&mutex), EPERM);
  EQUAL(pthread_mutex_destroy(&mutex), 0);
}

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static void *try_held(void *argument) {
  *(int *)argument = pthread_mutex_trylock(&held);
  return NULL;
}

TEST(mutexes_exclude_other_threads_and_time_out) {
  pthread_t thread;
  int result = -1;
  pthread_mutex_lock(&held);
  EQUAL(pthread_create(&thread, NULL, try_held, &result), 0);
  pthread_join(thread, NULL);
  EQUAL(result, EBUSY);
  pthread_mutex_unlock(&held);
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  pthread_mutex_lock(&held);
  EQUAL(pthread_cond_timedwait(&condition, &held, &(struct timespec){1, 0}), ETIMEDOUT);
  EQUAL(pthread_cond_timedwait(&condition, &held, &(struct timespec){1, 1000000000}), EINVAL);
  /* It is held again after that. */
  EQUAL(pthread_create(&thread, NULL, try_held, &result), 0);
  pthread_join(thread, NULL);
  EQUAL(result, EBUSY);
  pthread_mutex_unlock(&held);
}

TEST(readers_share_and_writers_do_not) {
  pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  EQUAL(pthread_rwlock_rdlock(&lock), 0);
  EQUAL(pthread_rwlock_tryrdlock(&lock), 0);
  EQUAL(pthread_rwlock_trywrlock(&lock), EBUSY);
  EQUAL(pthread_rwlock_unlock(&lock), 0);
  EQUAL(pthread_rwlock_unlock(&lock), 0);
  EQUAL(pthread_rwlock_wrlock(&lock), 0);
  EQUAL(pthread_rwlock_tryrdlock(&lock), EBUSY);
  EQUAL(pthread_rwlock_unlock(&lock), 0);
  EQUAL(pthread_rwlock_destroy(&lock), 0);
}

static pthread_key_t key;
static int destroyed, rounds;
static void destroy(void *value) {
  ++destroyed;
  /* A value that is set again is destroyed again, a few times. */
  if (++rounds < 3)
    pthread_setspecific(key, value);
}
static void *keep(void *argument) {
  CHECK(pthread_getspecific(key) == NULL);
  pthread_setspecific(key, argument);
  return pthread_getspecific(key);
}

TEST(values_of_threads_are_destroyed_at_their_end) {
  pthread_t thread;
  void *result;
  EQUAL(pthread_key_create(&key, destroy), 0);
  EQUAL(pthread_setspecific(key, &rounds), 0);
  EQUAL(pthread_create(&thread, NULL, keep, &thread), 0);
  pthread_join(thread, &result);
  CHECK(result == &thread);
  EQUAL(destroyed, 3);
  CHECK(pthread_getspecific(key) == &rounds);
  EQUAL(pthread_key_delete(key), 0);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int times_called;
static void call_once_only(void) { ++times_called; }
static void *call(void *argument) {
  pthread_once(&once, call_once_only);
  return argument;
}

TEST(initialization_happens_once) {
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i)
    EQUAL(pthread_create(&threads[i], NULL, call, NULL), 0);
  for (int i = 0; i < 4; ++i)
    pthread_join(threads[i], NULL);
  call(NULL);
  EQUAL(times_called, 1);
}

TEST(semaphores_count) {
  sem_t semaphore;
  EQUAL(sem_init(&semaphore, 0, 2), 0);
  EQUAL(sem_trywait(&semaphore), 0);
  EQUAL(sem_wait(&semaphore), 0);
  FAILS(sem_trywait(&semaphore), EAGAIN);
  FAILS(sem_timedwait(&semaphore, &(struct timespec){1, 0}), ETIMEDOUT);
  EQUAL(sem_post(&semaphore), 0);
  int value = -1;
  EQUAL(sem_getvalue(&semaphore, &value), 0);
  EQUAL(value, 1);
  EQUAL(sem_destroy(&semaphore), 0);
}
