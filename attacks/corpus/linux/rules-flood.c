// Route: makes more calls at once than the supervisor has threads, and opens that wait for ever, to get one past it
// Known from: seccomp_unotify(2): a supervisor with few threads; first principles
// Grants: {rules: ['hide $WORK/way/held']}
// Refused: ENOENT
// Twin: opens a file of its own meanwhile
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <pthread.h>

static volatile int over, found = -1;
static char *held;

static void *open_held(void *unused) {
  while (!over && found == -1) {
    int descriptor = open(held, O_RDONLY);
    if (descriptor != -1) found = descriptor;
  }
  return unused;
}

static void *wait_for_pipe(void *name) {
  open(name, O_RDONLY);
  return NULL;
}

int main(void) {
  pthread_t threads[24], waiting;
  held = at("WORK", "/way/held");
  char *pipe = at("WORK", "/pipe");
  mkfifo(pipe, 0644);
  for (int i = 0; i < 80; i++) pthread_create(&waiting, NULL, wait_for_pipe, pipe);
  for (int i = 0; i < 24; i++) pthread_create(&threads[i], NULL, open_held, NULL);
  usleep(300000);
  int ours = open(at("WORK", "/way/mine"), O_WRONLY | O_CREAT, 0644), error = errno;
  over = 1;
  for (int i = 0; i < 24; i++) pthread_join(threads[i], NULL);
  errno = ENOENT;
  attempt(found);
  errno = error;
  twin(ours);
  _exit(0);
}
