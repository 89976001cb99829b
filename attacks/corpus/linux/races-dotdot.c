// Route: climbs by '..' while another thread moves the directory to a shallower place
// Known from: CVE-2015-2925 (kernel): '..' beneath a directory that was moved out of its mount
// Refused: ENOENT, EACCES
// Twin: climbs to the granted directory
// Unconfined: works
#include "attempt.h"
#include <pthread.h>

// Rounds count only while both threads get to run.
static volatile int over, turns;

static void *move(void *unused) {
  char *deep = at("WORK", "/a/b/c"), *flat = at("WORK", "/c");
  for (; !over; turns++) {
    rename(deep, flat);
    rename(flat, deep);
  }
  return unused;
}

int main(void) {
  pthread_t thread;
  int out = -1, in = -1, error = ENOENT;
  mkdir(at("WORK", "/a"), 0755);
  mkdir(at("WORK", "/a/b"), 0755);
  mkdir(at("WORK", "/a/b/c"), 0755);
  int folder = open(at("WORK", "/a/b/c"), O_PATH);
  pthread_create(&thread, NULL, move, NULL);
  for (int i = 0; (i < 20000 || turns < 20000) && out == -1; i++) {
    if ((out = openat(folder, "../../../../secret/file", O_RDONLY)) == -1 &&
        (out = openat(folder, "../../secret/file", O_RDONLY)) == -1 && errno == EACCES)
      error = errno;
    if (in == -1) in = openat(folder, "../file", O_RDONLY);
  }
  over = 1;
  pthread_join(thread, NULL);
  errno = error;
  attempt(out);
  twin(open(at("WORK", "/file"), O_RDONLY));
}
