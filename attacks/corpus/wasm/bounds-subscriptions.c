// Route: Polls two thousand million subscriptions, none, and lists of them that end beyond the memory.
// Known from: CVE-2026-27204 (Wasmtime, lists that a guest sizes)
// Refused: EFAULT, EINVAL
// Twin: polls one
// Unconfined: cannot run: there is no such boundary
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

static uint64_t subscriptions[64][6], events[64][4];
static int polls(uint32_t count) {
  uint32_t happened = 0;
  subscriptions[0][2] = 1;
  return raw_poll_oneoff(ADDRESS(subscriptions), ADDRESS(events), count, ADDRESS(&happened));
}
const char *attempt(void) {
  static const uint32_t counts[] = {0, UINT32_MAX, 0x80000000u, 0x7fffffffu, 89478486u, 134217728u, 1u << 22};
  int error = 0;
  for (size_t at = 0; at < sizeof(counts) / sizeof(counts[0]); at++)
    if ((error = polls(counts[at])) == 0)
      return "ok";
  return named(error);
}
const char *twin(void) { return named(polls(1)); }
