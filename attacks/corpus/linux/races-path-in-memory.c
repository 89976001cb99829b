// Route: changes a path in memory while another thread's call looks at it
// Known from: Watson 2007, Exploiting Concurrency Vulnerabilities in System Call Wrappers (Systrace)
// Refused: ENOENT, EACCES
// Twin: opens the granted file by the same memory
// Unconfined: works
#include "attempt.h"
#include <pthread.h>

static char path[4096];
// Rounds count only while both threads get to run.
static volatile int over, turns;
static char *good, *bad;

static void *rewrite(void *unused) {
  for (; !over; turns++) {
    strcpy(path, bad);
    strcpy(path, good);
  }
  return unused;
}

int main(void) {
  pthread_t thread;
  good = at("WORK", "/../read/file");
  bad = at("WORK", "/../secret/file");
  strcpy(path, good);
  twin(open(path, O_RDONLY));
  struct stat wanted, met;
  int known = stat(bad, &wanted), error = known == -1 ? errno : EACCES, found = -1;
  pthread_create(&thread, NULL, rewrite, NULL);
  for (int i = 0; (i < 20000 || turns < 1000000) && found == -1; i++) {
    int file = open(path, O_RDONLY);
    if (file == -1) continue;
    fstat(file, &met);
    if (known == 0 && met.st_ino == wanted.st_ino) found = file;
    else close(file);
  }
  over = 1;
  pthread_join(thread, NULL);
  errno = error;
  attempt(found);
}
