// Route: Calls itself until the stack of the host is used up.
// Known from: first principles; stacks that are the thread of the host
// Refused: trapped
// Twin: calls itself a hundred times
// Unconfined: cannot run: a process can crash itself
#include "attempt.h"

static volatile int depth;
static int descend(int left) {
  depth++;
  return left == 0 ? 0 : descend(left - 1) + depth;
}
const char *attempt(void) { return descend(INT32_MAX) == 0 ? "ok" : "done"; }
const char *twin(void) { return descend(100) >= 0 ? "ok" : "done"; }
