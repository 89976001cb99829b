/* pthread.h, over CloudABI's locks: a word that the program changes by itself as long as no thread waits. */
#include <cloudabi_syscalls.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../native.h"

#define STACK (1ul << 20)

/* The word of a mutex or condition variable comes first in it, with either library. */
#define WORD(object) ((_Atomic(uint32_t) *)(object))

#ifdef CLOUDABI_MUSL
#define cloudabi_thread __pthread
#endif

struct cloudabi_thread {
  void *(*start)(void *);
  void *argument, *result;
  void *stack;
  size_t size;
  /* Held by the thread as long as it runs; given up when its stack is no longer used. */
  _Atomic(cloudabi_lock_t) running;
  _Atomic(int) started;
};

_Thread_local cloudabi_tid_t cloudabi_tid;

static cloudabi_errno_t poll_one(cloudabi_subscription_t *wanted)
{
  cloudabi_event_t event;
  size_t count;
  cloudabi_errno_t error = cloudabi_sys_poll(wanted, &event, 1, &count);
  return error ? error : event.error;
}

cloudabi_errno_t cloudabi_lock(_Atomic(cloudabi_lock_t) *word)
{
  cloudabi_lock_t none = CLOUDABI_LOCK_UNLOCKED;
  if (atomic_compare_exchange_strong(word, &none, CLOUDABI_LOCK_WRLOCKED | cloudabi_tid)) return 0;
  cloudabi_subscription_t wanted = { .type = CLOUDABI_EVENTTYPE_LOCK_WRLOCK,
                                     .lock = { .lock = word, .lock_scope = CLOUDABI_SCOPE_PRIVATE } };
  return poll_one(&wanted);
}

cloudabi_errno_t cloudabi_unlock(_Atomic(cloudabi_lock_t) *word)
{
  cloudabi_lock_t mine = CLOUDABI_LOCK_WRLOCKED | cloudabi_tid;
  if (atomic_compare_exchange_strong(word, &mine, CLOUDABI_LOCK_UNLOCKED)) return 0;
  return cloudabi_sys_lock_unlock(word, CLOUDABI_SCOPE_PRIVATE);
}

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
  if (attributes) return ENOTSUP;
  atomic_store(WORD(mutex), 0);
  return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex) { return atomic_load(WORD(mutex)) == 0 ? 0 : EBUSY; }
int pthread_mutex_lock(pthread_mutex_t *mutex) { return cloudabi_lock(WORD(mutex)); }
int pthread_mutex_unlock(pthread_mutex_t *mutex) { return cloudabi_unlock(WORD(mutex)); }

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
  cloudabi_lock_t none = CLOUDABI_LOCK_UNLOCKED;
  return atomic_compare_exchange_strong(WORD(mutex), &none, CLOUDABI_LOCK_WRLOCKED | cloudabi_tid) ? 0 : EBUSY;
}

int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes)
{
  if (attributes) return ENOTSUP;
  atomic_store(WORD(condition), 0);
  return 0;
}

int pthread_cond_destroy(pthread_cond_t *condition) { return atomic_load(WORD(condition)) == 0 ? 0 : EBUSY; }

int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
  cloudabi_subscription_t wanted = { .type = CLOUDABI_EVENTTYPE_CONDVAR,
                                     .condvar = { .condvar = WORD(condition),
                                                  .lock = WORD(mutex),
                                                  .condvar_scope = CLOUDABI_SCOPE_PRIVATE,
                                                  .lock_scope = CLOUDABI_SCOPE_PRIVATE } };
  return poll_one(&wanted);
}

static int wake(pthread_cond_t *condition, cloudabi_nthreads_t count)
{
  if (atomic_load(WORD(condition)) == CLOUDABI_CONDVAR_HAS_NO_WAITERS) return 0;
  return cloudabi_sys_condvar_signal(WORD(condition), CLOUDABI_SCOPE_PRIVATE, count);
}

int pthread_cond_signal(pthread_cond_t *condition) { return wake(condition, 1); }
int pthread_cond_broadcast(pthread_cond_t *condition) { return wake(condition, UINT32_MAX); }

static void begin(cloudabi_tid_t tid, void *argument)
{
  pthread_t self = argument;
  cloudabi_tls_begin((char *)self->stack + STACK);
  cloudabi_tid = tid;
  atomic_store(&self->running, CLOUDABI_LOCK_WRLOCKED | tid);
  atomic_store(&self->started, 1);
  self->result = self->start(self->argument);
  cloudabi_sys_thread_exit(&self->running, CLOUDABI_SCOPE_PRIVATE);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
  if (attributes) return ENOTSUP;
  pthread_t made = calloc(1, sizeof(*made));
  if (made == NULL) return EAGAIN;
  made->start = start;
  made->argument = argument;
  made->size = STACK + (cloudabi_tls_size() + 4095) / 4096 * 4096;
  cloudabi_errno_t error =
      cloudabi_sys_mem_map(NULL, made->size, CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE,
                           CLOUDABI_MAP_ANON | CLOUDABI_MAP_PRIVATE, CLOUDABI_MAP_ANON_FD, 0, &made->stack);
  cloudabi_tid_t tid;
  if (error == 0) {
    cloudabi_threadattr_t attr = { begin, made->stack, STACK, made };
    error = cloudabi_sys_thread_create(&attr, &tid);
    if (error != 0) cloudabi_sys_mem_unmap(made->stack, made->size);
  }
  if (error != 0) {
    free(made);
    return error;
  }
  /* The thread must have its lock before another can wait for that. */
  while (!atomic_load(&made->started)) cloudabi_sys_thread_yield();
  *thread = made;
  return 0;
}

int pthread_join(pthread_t thread, void **result)
{
  cloudabi_errno_t error = cloudabi_lock(&thread->running);
  if (error != 0) return error;
  if (result) *result = thread->result;
  cloudabi_sys_mem_unmap(thread->stack, thread->size);
  free(thread);
  return 0;
}
