// Route: Waits until the end of time, before its start, and with precisions that overflow when they are added.
// Known from: first principles; sums of times in 64 bits
// Refused: contained
// Twin: waits for a millisecond
// Unconfined: cannot run: the host waits, too
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

// User data, kind, clock, time, precision, flags; the second of two subscriptions ends the waiting.
static uint64_t subscriptions[2][6], events[2][4];
static int waits(uint64_t time, uint64_t precision, uint64_t flags) {
  uint32_t happened = 0;
  memset(subscriptions, 0, sizeof(subscriptions));
  subscriptions[0][2] = 1;
  subscriptions[0][3] = time;
  subscriptions[0][4] = precision;
  subscriptions[0][5] = flags;
  subscriptions[1][2] = 1;
  subscriptions[1][3] = 1000000;
  return raw_poll_oneoff(ADDRESS(subscriptions), ADDRESS(events), 2, ADDRESS(&happened));
}
const char *attempt(void) {
  static const uint64_t times[] = {UINT64_MAX, UINT64_MAX - 1, 1ull << 63, (1ull << 63) - 1, 1ull << 53, 0};
  for (size_t at = 0; at < sizeof(times) / sizeof(times[0]); at++)
    for (uint64_t flags = 0; flags < 2; flags++) {
      int error = waits(times[at], times[at], flags);
      if (error != 0 && error != EINVAL)
        return named(error);
    }
  return "contained";
}
const char *twin(void) { return named(waits(1000000, 0, 0)); }
