// Route: A thread exchanges a directory for a link to the outside, as fast as it can, while files are opened in it.
// Known from: CVE-2018-15664 (Docker), CVE-2019-10152 (Podman, links); uvwasi, which resolves links by itself
// Refused: ENOTCAPABLE, never
// Twin: the directory is opened while no thread exchanges it
// Unconfined: works
#include "attempt.h"
#include <pthread.h>
#include <stdatomic.h>

static atomic_bool swapping;
static void *swap(void *unused) {
  (void)unused;
  while (swapping) {
    renameat(work, "swap", work, "parked");
    renameat(work, "link", work, "swap");
    renameat(work, "swap", work, "link");
    renameat(work, "parked", work, "swap");
  }
  return NULL;
}
static void make_swap(void) {
  mkdirat(work, "swap", 0700);
  writes(work, "swap/here");
}
const char *attempt(void) {
  make_swap();
  swapping = true;
  pthread_t thread;
  if (pthread_create(&thread, NULL, swap, NULL) != 0)
    return "no-thread";
  const char *answer = "never";
  for (struct race race = begin_race(); race_goes_on(&race);) {
    // Only the outside has a file of this name.
    const char *now = reads(work, "swap/file");
    if (strcmp(now, "ENOENT") != 0)
      answer = now;
    if (strcmp(now, "ok") == 0)
      break;
  }
  swapping = false;
  pthread_join(thread, NULL);
  return answer;
}
const char *twin(void) {
  make_swap();
  return reads(work, "swap/here");
}
