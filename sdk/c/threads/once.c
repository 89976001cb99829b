/* Once, and values of a thread's own by key. */
#include "lock.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

enum { UNTOUCHED = 0, DONE = 2 };

static lock_t initializing;

int pthread_once(pthread_once_t *once, void (*initialize)(void)) {
  _Atomic(int) *state = (_Atomic(int) *)once;
  if (atomic_load_explicit(state, memory_order_acquire) == DONE)
    return 0;
  /* One lock for all: an initializer that starts another one has it already. */
  bool nested = (atomic_load(&initializing) & ~CLOUDABI_LOCK_KERNEL_MANAGED) == (CLOUDABI_LOCK_WRLOCKED | own_tid());
  if (!nested)
    lock_write(&initializing, NO_DEADLINE);
  if (atomic_load_explicit(state, memory_order_relaxed) != DONE) {
    initialize();
    atomic_store_explicit(state, DONE, memory_order_release);
  }
  if (!nested)
    unlock_write(&initializing);
  return 0;
}

#define KEYS 128
#define DESTRUCTOR_ROUNDS 4

static lock_t keys_lock;
static struct {
  bool taken;
  /* Values that were set for an earlier key with this number do not count. */
  unsigned generation;
  void (*destructor)(void *);
} keys[KEYS];

static _Thread_local struct {
  unsigned generation;
  void *value;
} values[KEYS];

int pthread_key_create(pthread_key_t *key, void (*destructor)(void *)) {
  lock_write(&keys_lock, NO_DEADLINE);
  for (unsigned i = 0; i < KEYS; i++) {
    if (keys[i].taken)
      continue;
    keys[i].taken = true;
    keys[i].generation++;
    keys[i].destructor = destructor;
    unlock_write(&keys_lock);
    *key = i;
    return 0;
  }
  unlock_write(&keys_lock);
  return EAGAIN;
}

int pthread_key_delete(pthread_key_t key) {
  if (key >= KEYS)
    return EINVAL;
  lock_write(&keys_lock, NO_DEADLINE);
  int error = keys[key].taken ? 0 : EINVAL;
  keys[key].taken = false;
  unlock_write(&keys_lock);
  return error;
}

void *pthread_getspecific(pthread_key_t key) {
  return key < KEYS && values[key].generation == keys[key].generation ? values[key].value : NULL;
}

int pthread_setspecific(pthread_key_t key, const void *value) {
  if (key >= KEYS || !keys[key].taken)
    return EINVAL;
  values[key].generation = keys[key].generation;
  values[key].value = (void *)value;
  return 0;
}

/* At the end of a thread: destroys its values, which may set others. */
void cloudabi_destroy_values(void) {
  bool again = true;
  for (int round = 0; again && round < DESTRUCTOR_ROUNDS; round++) {
    again = false;
    for (pthread_key_t key = 0; key < KEYS; key++) {
      void *value = pthread_getspecific(key);
      if (value == NULL || !keys[key].taken || keys[key].destructor == NULL)
        continue;
      values[key].value = NULL;
      keys[key].destructor(value);
      again = true;
    }
  }
}
