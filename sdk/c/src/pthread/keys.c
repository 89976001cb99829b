/*
 * Values of a thread's own by key, in programs with one thread: the C library's pthread_key_delete never returns there.
 * Programs with threads have those of threads/once.c.
 */
#ifndef _REENTRANT
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

static struct {
  bool taken;
  const void *value;
} keys[PTHREAD_KEYS_MAX];

int pthread_key_create(pthread_key_t *key, void (*destructor)(void *)) {
  /* The only thread ends with the process, which runs no destructors. */
  (void)destructor;
  for (unsigned i = 0; i < PTHREAD_KEYS_MAX; ++i) {
    if (keys[i].taken)
      continue;
    keys[i].taken = true;
    keys[i].value = NULL;
    *key = i;
    return 0;
  }
  return EAGAIN;
}

int pthread_key_delete(pthread_key_t key) {
  if (key >= PTHREAD_KEYS_MAX || !keys[key].taken)
    return EINVAL;
  keys[key].taken = false;
  return 0;
}

void *pthread_getspecific(pthread_key_t key) {
  return key < PTHREAD_KEYS_MAX && keys[key].taken ? (void *)keys[key].value : NULL;
}

int pthread_setspecific(pthread_key_t key, const void *value) {
  if (key >= PTHREAD_KEYS_MAX || !keys[key].taken)
    return EINVAL;
  keys[key].value = value;
  return 0;
}
#endif
