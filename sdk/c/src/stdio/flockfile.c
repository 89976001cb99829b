#include <stdio.h>

#ifdef _REENTRANT
#include <pthread.h>

/* One lock for all streams: a stream of the C library has no room for its own. */
static pthread_mutex_t streams;

static void make_recursive(void) {
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&streams, &attr);
}

static pthread_mutex_t *lock_of_streams(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_recursive);
  return &streams;
}

void flockfile(FILE *stream) {
  (void)stream;
  pthread_mutex_lock(lock_of_streams());
}

int ftrylockfile(FILE *stream) {
  (void)stream;
  return pthread_mutex_trylock(lock_of_streams()) == 0 ? 0 : -1;
}

void funlockfile(FILE *stream) {
  (void)stream;
  pthread_mutex_unlock(lock_of_streams());
}
#else
void flockfile(FILE *stream) {
  (void)stream;
}

int ftrylockfile(FILE *stream) {
  (void)stream;
  return 0;
}

void funlockfile(FILE *stream) {
  (void)stream;
}
#endif
