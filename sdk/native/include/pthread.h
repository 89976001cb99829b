/* pthread.h: threads, mutexes and condition variables. Attributes other than NULL are not there. */
#ifndef CLOUDABI_PTHREAD_H
#define CLOUDABI_PTHREAD_H
#include <stdint.h>
#include <time.h>

typedef struct cloudabi_thread *pthread_t;
typedef struct {
  _Atomic(uint32_t) lock;
} pthread_mutex_t;
typedef struct {
  _Atomic(uint32_t) condvar;
} pthread_cond_t;
typedef struct cloudabi_no_attribute pthread_attr_t, pthread_mutexattr_t, pthread_condattr_t;

#define PTHREAD_MUTEX_INITIALIZER { 0 }
#define PTHREAD_COND_INITIALIZER { 0 }

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
int pthread_join(pthread_t thread, void **result);

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes);
int pthread_mutex_destroy(pthread_mutex_t *mutex);
int pthread_mutex_lock(pthread_mutex_t *mutex);
int pthread_mutex_trylock(pthread_mutex_t *mutex);
int pthread_mutex_unlock(pthread_mutex_t *mutex);

int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes);
int pthread_cond_destroy(pthread_cond_t *condition);
int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex);
int pthread_cond_signal(pthread_cond_t *condition);
int pthread_cond_broadcast(pthread_cond_t *condition);

#endif
