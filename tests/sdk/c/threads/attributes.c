/* Attributes of what threads share: they give back what was set, and refuse what cannot be had. */
#include "../check.h"

#include <pthread.h>

TEST(attributes_of_mutexes) {
  pthread_mutexattr_t attributes;
  int value = -1;
  EQUAL(pthread_mutexattr_init(&attributes), 0);
  EQUAL(pthread_mutexattr_getpshared(&attributes, &value), 0);
  EQUAL(value, PTHREAD_PROCESS_PRIVATE);
  EQUAL(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_PRIVATE), 0);
  EQUAL(pthread_mutexattr_setpshared(&attributes, 99), EINVAL);
  EQUAL(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_NONE), 0);
  EQUAL(pthread_mutexattr_getprotocol(&attributes, &value), 0);
  EQUAL(value, PTHREAD_PRIO_NONE);
  EQUAL(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_STALLED), 0);
  EQUAL(pthread_mutexattr_getrobust(&attributes, &value), 0);
  EQUAL(value, PTHREAD_MUTEX_STALLED);
  EQUAL(pthread_mutexattr_destroy(&attributes), 0);
}

TEST(attributes_of_conditions_locks_and_barriers) {
  pthread_condattr_t cond;
  pthread_rwlockattr_t lock;
  pthread_barrierattr_t barrier;
  int value = -1;
  EQUAL(pthread_condattr_init(&cond), 0);
  EQUAL(pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_PRIVATE), 0);
  EQUAL(pthread_condattr_getpshared(&cond, &value), 0);
  EQUAL(value, PTHREAD_PROCESS_PRIVATE);
  EQUAL(pthread_condattr_destroy(&cond), 0);
  EQUAL(pthread_rwlockattr_init(&lock), 0);
  EQUAL(pthread_rwlockattr_setpshared(&lock, PTHREAD_PROCESS_PRIVATE), 0);
  EQUAL(pthread_rwlockattr_getpshared(&lock, &value), 0);
  EQUAL(value, PTHREAD_PROCESS_PRIVATE);
  EQUAL(pthread_rwlockattr_destroy(&lock), 0);
  EQUAL(pthread_barrierattr_init(&barrier), 0);
  EQUAL(pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_PRIVATE), 0);
  EQUAL(pthread_barrierattr_getpshared(&barrier, &value), 0);
  EQUAL(value, PTHREAD_PROCESS_PRIVATE);
  EQUAL(pthread_barrierattr_destroy(&barrier), 0);
}
