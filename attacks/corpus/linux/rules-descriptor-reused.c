// Route: puts another directory behind a descriptor while a call by it is judged
// Known from: seccomp_unotify(2): descriptors of the caller change while it is answered
// Grants: {rules: ['hide $WORK/way/held']}
// Refused: ENOENT
// Twin: opens a file of its own by the same descriptor
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <dirent.h>
#include <pthread.h>

static volatile int over, turns;
static int one, two, moving = 100;

static void *exchange(void *unused) {
  for (; !over; turns++) {
    dup2(one, moving);
    dup2(two, moving);
    close(moving);
  }
  return unused;
}

int main(void) {
  pthread_t thread;
  int found = -1, listed = 0;
  char byte, room[4096];
  mkdir(at("WORK", "/empty"), 0755);
  close(open(at("WORK", "/empty/held"), O_WRONLY | O_CREAT, 0644));
  one = open(at("WORK", "/way"), O_RDONLY | O_DIRECTORY);
  two = open(at("WORK", "/empty"), O_RDONLY | O_DIRECTORY);
  unlinkat(two, "held", 0);
  close(openat(two, "mine", O_WRONLY | O_CREAT, 0644));
  pthread_create(&thread, NULL, exchange, NULL);
  for (int i = 0; (i < 2000 || turns < 500000) && found == -1 && !listed; i++) {
    int descriptor = openat(moving, "held", O_RDONLY);
    if (descriptor != -1 && pread(descriptor, &byte, 1, 0) == 1) found = descriptor;
    lseek(moving, 0, SEEK_SET);
    long got = syscall(SYS_getdents64, moving, room, sizeof room);
    if (got > 0 && memmem(room, (size_t)got, "held", 4) != NULL) listed = 1;
  }
  over = 1;
  pthread_join(thread, NULL);
  errno = ENOENT;
  attempt(listed ? 0 : found);
  twin(openat(two, "mine", O_RDONLY));
}
