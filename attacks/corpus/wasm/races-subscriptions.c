// Route: A thread changes descriptors, kinds and clocks of subscriptions while they are polled.
// Known from: double fetches; Jurczyk and Coldwind, Bochspwn (2013)
// Refused: contained
// Twin: a clock is polled while no thread changes the subscriptions
// Unconfined: cannot run: a process can crash itself
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"
#include <pthread.h>
#include <stdatomic.h>

// 48 bytes each: user data, kind at 8, and for clocks the time at 24; 32 bytes each for events.
static volatile uint64_t subscriptions[8][6];
static uint64_t events[8][4];
static atomic_bool changing;
static void *change(void *unused) {
  (void)unused;
  for (uint64_t kind = 0; changing; kind++)
    for (int at = 0; at < 8; at++) {
      subscriptions[at][1] = kind % 4;
      subscriptions[at][2] = UINT64_MAX;
      subscriptions[at][2] = 1;
    }
  return NULL;
}
static int polls(uint32_t count) {
  uint32_t happened = 0;
  for (int at = 0; at < 8; at++)
    for (int word = 0; word < 6; word++)
      subscriptions[at][word] = word == 2 ? 1 : 0;
  return raw_poll_oneoff(ADDRESS(subscriptions), ADDRESS(events), count, ADDRESS(&happened));
}
const char *attempt(void) {
  changing = true;
  pthread_t thread;
  if (pthread_create(&thread, NULL, change, NULL) != 0)
    return "no-thread";
  const char *answer = "contained";
  for (struct race race = begin_race(); race_goes_on(&race);) {
    int error = polls(8);
    if (error != 0 && error != EINVAL && error != EBADF && error != ENOTSUP && error != ENOTCAPABLE)
      answer = named(error);
  }
  changing = false;
  pthread_join(thread, NULL);
  return answer;
}
const char *twin(void) { return named(polls(1)); }
