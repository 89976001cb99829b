// Route: A thread moves a directory up while a path goes down into it and up again, which then ends above the root.
// Known from: openat2(2) on RESOLVE_BENEATH and `..`; CVE-2021-30465 (runc) for paths exchanged on the way
// Refused: never, ENOTCAPABLE, EAGAIN
// Twin: the same path while nothing moves
// Unconfined: works
#include "attempt.h"
#include <pthread.h>
#include <stdatomic.h>

static atomic_bool moving;
static void *move_up(void *unused) {
  (void)unused;
  while (moving) {
    renameat(work, "tree/low", work, "low");
    renameat(work, "low", work, "tree/low");
  }
  return NULL;
}
static void make_tree(void) {
  mkdirat(work, "tree", 0700);
  mkdirat(work, "tree/low", 0700);
  mkdirat(work, "tree/low/end", 0700);
}
const char *attempt(void) {
  make_tree();
  moving = true;
  pthread_t thread;
  if (pthread_create(&thread, NULL, move_up, NULL) != 0)
    return "no-thread";
  const char *answer = "never";
  // Inside, this is `secret/file` beside `tree`, where there is none. The way in is long, so that it takes time.
  char path[2048] = "tree/low/";
  for (int step = 0; step < 200; step++)
    strcat(path, "end/../");
  strcat(path, "../../secret/file");
  for (struct race race = begin_race(); race_goes_on(&race) && strcmp(answer, "ok") != 0;) {
    const char *now = reads(work, path);
    if (strcmp(now, "ENOENT") != 0)
      answer = now;
  }
  moving = false;
  pthread_join(thread, NULL);
  return answer;
}
const char *twin(void) {
  make_tree();
  return reads(work, "tree/low/end/../../../file");
}
