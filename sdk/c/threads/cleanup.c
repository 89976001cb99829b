/* Functions to call when a thread ends by pthread_exit: a list of the thread's own, the newest first. */
#include <pthread.h>

static _Thread_local struct __ptcb *newest;

void _pthread_cleanup_push(struct __ptcb *entry, void (*function)(void *), void *argument) {
  entry->__f = function;
  entry->__x = argument;
  entry->__next = newest;
  newest = entry;
}

void _pthread_cleanup_pop(struct __ptcb *entry, int run) {
  newest = entry->__next;
  if (run)
    entry->__f(entry->__x);
}

/* Runs them all: at the end of a thread, before its values are destroyed. */
void cloudabi_run_cleanup(void) {
  while (newest != NULL) {
    struct __ptcb *entry = newest;
    newest = entry->__next;
    entry->__f(entry->__x);
  }
}

/* Notes nothing: there is no fork. */
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
  (void)prepare;
  (void)parent;
  (void)child;
  return 0;
}
