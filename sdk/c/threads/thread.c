/* Threads: each has one piece of memory for its stack, its thread-local variables and what is known of it. */
#include "lock.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define DEFAULT_STACK ((size_t)256 * 1024)
#define LEAST_STACK ((size_t)4096)
#define ALIGNMENT ((size_t)16)

/* Owner of a lock that no thread has: there are never so many. */
#define NOBODY 0x3fffffffu

struct __pthread {
  /* Held for writing by the thread until it no longer uses this memory. */
  lock_t running;
  void *(*start)(void *);
  void *argument;
  void *result;
  /* Its thread-local variables. */
  char *local;
  /* True if no thread will join it; the next in the list of such threads. */
  bool detached;
  struct __pthread *next;
};

extern _Thread_local cloudabi_tid_t cloudabi_own_tid;
static _Thread_local struct __pthread *self;
static struct __pthread first;

/* In programs with exceptions of C++: calls a function, and ends the program when an exception leaves it. */
__attribute__((weak)) void *cloudabi_guarded(void *(*start)(void *), void *argument);
void cloudabi_run_cleanup(void);
void cloudabi_destroy_values(void);
/* Made by the linker: sets up the thread-local variables of this thread. */
void __wasm_init_tls(void *);

/* Detached threads: the call that makes the next thread frees the memory of those that are over. */
static lock_t detached_lock;
static struct __pthread *detached;

static void free_detached(void) {
  lock_write(&detached_lock, NO_DEADLINE);
  for (struct __pthread **link = &detached; *link != NULL;) {
    struct __pthread *thread = *link;
    if (atomic_load(&thread->running) != CLOUDABI_LOCK_UNLOCKED) {
      link = &thread->next;
      continue;
    }
    *link = thread->next;
    free(thread);
  }
  unlock_write(&detached_lock);
}

static void leave_to_others(struct __pthread *thread) {
  thread->detached = true;
  lock_write(&detached_lock, NO_DEADLINE);
  thread->next = detached;
  detached = thread;
  unlock_write(&detached_lock);
}

pthread_t pthread_self(void) { return self == NULL ? (pthread_t)&first : (pthread_t)self; }

int(pthread_equal)(pthread_t a, pthread_t b) { return a == b; }

_Noreturn void pthread_exit(void *result) {
  struct __pthread *thread = (struct __pthread *)pthread_self();
  thread->result = result;
  cloudabi_run_cleanup();
  cloudabi_destroy_values();
  if (thread == &first)
    lock_write(&first.running, NO_DEADLINE);
  cloudabi_sys_thread_exit(&thread->running, CLOUDABI_SCOPE_PRIVATE);
}

/* Apart from entry, so that nothing of it is done before the thread-local variables are there. */
__attribute__((noinline)) static void run(cloudabi_tid_t tid, struct __pthread *thread) {
  cloudabi_own_tid = tid;
  self = thread;
  /* A joining thread may wait already, which the topmost bit says. */
  cloudabi_lock_t old = atomic_load(&thread->running);
  while (!atomic_compare_exchange_weak(&thread->running, &old,
                                       (old & CLOUDABI_LOCK_KERNEL_MANAGED) | CLOUDABI_LOCK_WRLOCKED | tid))
    ;
  pthread_exit(cloudabi_guarded == NULL ? thread->start(thread->argument)
                                        : cloudabi_guarded(thread->start, thread->argument));
}

static void entry(cloudabi_tid_t tid, void *argument) {
  struct __pthread *thread = argument;
  __wasm_init_tls(thread->local);
  run(tid, thread);
}

static size_t round_up(size_t size, size_t alignment) { return (size + alignment - 1) & ~(alignment - 1); }

int pthread_create(pthread_t *made, const pthread_attr_t *attr, void *(*start)(void *), void *argument) {
  free_detached();
  size_t stack = DEFAULT_STACK;
  int state = PTHREAD_CREATE_JOINABLE;
  if (attr != NULL) {
    pthread_attr_getstacksize(attr, &stack);
    pthread_attr_getdetachstate(attr, &state);
  }
  if (stack < LEAST_STACK)
    stack = LEAST_STACK;
  stack = round_up(stack, ALIGNMENT);
  size_t alignment = __builtin_wasm_tls_align();
  if (alignment < ALIGNMENT)
    alignment = ALIGNMENT;
  size_t head = round_up(sizeof(struct __pthread), ALIGNMENT);
  size_t local = __builtin_wasm_tls_size() + alignment;
  struct __pthread *thread = calloc(1, head + local + stack);
  if (thread == NULL)
    return EAGAIN;
  thread->start = start;
  thread->argument = argument;
  thread->local = (char *)round_up((size_t)((char *)thread + head), alignment);
  thread->running = CLOUDABI_LOCK_WRLOCKED | NOBODY;
  cloudabi_threadattr_t attributes = {
      .entry_point = entry, .stack = (char *)thread + head + local, .stack_len = stack, .argument = thread};
  cloudabi_tid_t tid;
  cloudabi_errno_t error = cloudabi_sys_thread_create(&attributes, &tid);
  if (error != 0) {
    free(thread);
    return error;
  }
  *made = (pthread_t)thread;
  if (state == PTHREAD_CREATE_DETACHED)
    leave_to_others(thread);
  return 0;
}

int pthread_join(pthread_t other, void **result) {
  struct __pthread *thread = (struct __pthread *)other;
  if (other == pthread_self())
    return EDEADLK;
  if (thread->detached)
    return EINVAL;
  int error = lock_read(&thread->running, NO_DEADLINE);
  if (error != 0)
    return error;
  unlock_read(&thread->running);
  if (result != NULL)
    *result = thread->result;
  if (thread != &first)
    free(thread);
  return 0;
}

int pthread_detach(pthread_t other) {
  struct __pthread *thread = (struct __pthread *)other;
  if (thread->detached || thread == &first)
    return EINVAL;
  leave_to_others(thread);
  return 0;
}
