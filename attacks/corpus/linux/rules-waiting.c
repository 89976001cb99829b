// Route: exchanges a file for a named pipe and for a device while threads open it, so that all threads of the supervisor wait
// Known from: seccomp_unotify(2): an open that waits holds its supervisor up; first principles
// Grants: {rules: ['hide $WORK/way/held']}
// Refused: ENOENT
// Twin: opens a file of its own meanwhile
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <pthread.h>

static volatile int over, found = -1;
static char *name, *pipe_name, *held;

static void *exchange(void *unused) {
  while (!over) renameat2(AT_FDCWD, name, AT_FDCWD, pipe_name, 2);
  return unused;
}

static void *open_name(void *unused) {
  const int flags[] = {O_RDONLY, O_RDONLY | O_NOFOLLOW, O_WRONLY, O_RDONLY | O_CLOEXEC};
  for (unsigned i = 0; !over; i++) close(open(name, flags[i % 4]));
  return unused;
}

int main(void) {
  pthread_t threads[9];
  name = at("WORK", "/name");
  pipe_name = at("WORK", "/pipe");
  held = at("WORK", "/way/held");
  close(open(name, O_WRONLY | O_CREAT, 0644));
  mkfifo(pipe_name, 0644);
  for (int i = 0; i < 9; i++) pthread_create(&threads[i], NULL, i == 0 ? exchange : open_name, NULL);
  char *mine = at("WORK", "/way/mine"), *terminal = "/dev/tty", byte;
  int ours = -1;
  for (int i = 0; i < 300 && found == -1; i++) {
    close(open(terminal, O_RDONLY));
    close(open("/dev/full", O_RDONLY));
    int descriptor = open(held, O_RDONLY);
    if (descriptor != -1 && pread(descriptor, &byte, 1, 0) == 1) found = descriptor;
    if (ours != -1) close(ours);
    ours = open(mine, O_RDWR | O_CREAT, 0644);
    if (ours == -1) break;
  }
  int error = errno;
  over = 1;
  errno = ENOENT;
  attempt(found);
  errno = error;
  twin(ours);
  _exit(0); /* threads wait for the other end of the pipe */
}
