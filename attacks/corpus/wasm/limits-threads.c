// Route: Starts threads without an end, none of which ends.
// Known from: fork bombs
// Grants: { limits: { threads: 6 } }
// Refused: EAGAIN
// Twin: four threads work
// Unconfined: cannot run: it would exhaust the machine
#include "attempt.h"
#include <pthread.h>
#include <stdatomic.h>

static atomic_bool release;
static void *stay(void *unused) {
  (void)unused;
  while (!release)
    usleep(1000);
  return NULL;
}
static const char *starts(int count) {
  pthread_t threads[1000];
  const char *answer = "ok";
  int made = 0;
  release = false;
  for (; made < count; made++) {
    int error = pthread_create(&threads[made], NULL, stay, NULL);
    if (error != 0) {
      answer = named(error);
      break;
    }
  }
  release = true;
  while (made > 0)
    pthread_join(threads[--made], NULL);
  return answer;
}
const char *attempt(void) { return starts(1000); }
const char *twin(void) { return starts(4); }
