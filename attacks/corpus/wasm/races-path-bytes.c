// Route: A thread rewrites the bytes of a path between a good and a bad one while the path is being opened.
// Known from: double fetches; Jurczyk and Coldwind, Bochspwn (2013)
// Refused: ENOTCAPABLE, ENOENT, never
// Twin: the path is opened while no thread rewrites it
// Unconfined: works
#include "attempt.h"
#include <pthread.h>
#include <stdatomic.h>

// Both have as many bytes.
static const char good[] = "./././././file", bad[] = "../secret/file";
static char shared[sizeof(good)];
static atomic_bool rewriting;
static void *rewrite(void *unused) {
  (void)unused;
  for (volatile char *to = shared; rewriting;) {
    for (size_t at = 0; at < sizeof(good); at++)
      to[at] = bad[at];
    for (size_t at = 0; at < sizeof(good); at++)
      to[at] = good[at];
  }
  return NULL;
}
const char *attempt(void) {
  memcpy(shared, good, sizeof(good));
  rewriting = true;
  pthread_t thread;
  if (pthread_create(&thread, NULL, rewrite, NULL) != 0)
    return "no-thread";
  struct stat inside, found;
  fstatat(readable, "file", &inside, 0);
  const char *answer = "never";
  for (struct race race = begin_race(); race_goes_on(&race) && strcmp(answer, "ok") != 0;) {
    int fd = openat(readable, shared, O_RDONLY);
    if (fd < 0) {
      answer = named(errno);
      continue;
    }
    // The opened file must be the one inside, for every value that the path had in between.
    if (fstat(fd, &found) == 0 && found.st_ino != inside.st_ino)
      answer = "ok";
    close(fd);
  }
  rewriting = false;
  pthread_join(thread, NULL);
  return answer;
}
const char *twin(void) { return reads(readable, good); }
