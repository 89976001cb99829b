// Route: makes a refused call from a new thread, and from a child of that
// Known from: restrictions that hold a single thread (Landlock, capabilities)
// Refused: ENOENT, EACCES
// Twin: opens a granted file from there
// Unconfined: works
#include "attempt.h"
#include <pthread.h>

static void *look(void *unused) {
  fflush(stdout);
  if (fork() == 0) {
    attempt(open(at("SECRET", "/file"), O_RDONLY));
    twin(open(at("READ", "/file"), O_RDONLY));
    _exit(0);
  }
  wait(NULL);
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, look, NULL);
  pthread_join(thread, NULL);
}
