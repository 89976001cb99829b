/* musl's own locks, and the functions that its sources ask for of those that are not here. */
#include <cloudabi_syscalls.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <stdio.h>

#include "stdio_impl.h"
#undef malloc
#undef calloc
#undef realloc
#undef free

extern _Thread_local cloudabi_tid_t cloudabi_tid;
cloudabi_errno_t cloudabi_lock(_Atomic(cloudabi_lock_t) *word);
cloudabi_errno_t cloudabi_unlock(_Atomic(cloudabi_lock_t) *word);

void __lock(volatile int *lock) { cloudabi_lock((_Atomic(cloudabi_lock_t) *)lock); }
void __unlock(volatile int *lock) { cloudabi_unlock((_Atomic(cloudabi_lock_t) *)lock); }

/* The lock of a stream lies where musl's has its counter: a word that a waiter marks is negative as an `int`. */
static _Atomic(cloudabi_lock_t) *lock_of(FILE *stream) { return (_Atomic(cloudabi_lock_t) *)&stream->lockcount; }

static int is_ours(FILE *stream)
{
  return (atomic_load(lock_of(stream)) & ~CLOUDABI_LOCK_KERNEL_MANAGED) == (CLOUDABI_LOCK_WRLOCKED | cloudabi_tid);
}

int __lockfile(FILE *stream)
{
  if (is_ours(stream)) return 0;
  cloudabi_lock(lock_of(stream));
  return 1;
}
void __unlockfile(FILE *stream) { cloudabi_unlock(lock_of(stream)); }

/* The number of times that the owner has taken it by these functions, but for the first. */
#define DEPTH(stream) (*(long *)&(stream)->next_locked)

void flockfile(FILE *stream)
{
  if (!__lockfile(stream)) DEPTH(stream)++;
}
int ftrylockfile(FILE *stream)
{
  cloudabi_lock_t none = 0;
  if (is_ours(stream)) DEPTH(stream)++;
  else if (!atomic_compare_exchange_strong(lock_of(stream), &none, CLOUDABI_LOCK_WRLOCKED | cloudabi_tid)) return -1;
  return 0;
}
void funlockfile(FILE *stream)
{
  if (DEPTH(stream) > 0) DEPTH(stream)--;
  else __unlockfile(stream);
}

void *__libc_malloc(size_t size) { return malloc(size); }
void *__libc_calloc(size_t count, size_t size) { return calloc(count, size); }
void *__libc_realloc(void *memory, size_t size) { return realloc(memory, size); }
void __libc_free(void *memory) { free(memory); }

_Noreturn void abort(void)
{
  cloudabi_sys_proc_raise(CLOUDABI_SIGABRT);
  for (;;) __builtin_trap();
}
