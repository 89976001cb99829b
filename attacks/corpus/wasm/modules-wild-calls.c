// Route: Calls functions through forged pointers: beyond the table, of another type, and null.
// Known from: first principles; hijacked control flow of C
// Refused: trapped
// Twin: calls through a good pointer
// Unconfined: cannot run: a process can crash itself
#include "attempt.h"

static const char *good(void) { return "ok"; }
const char *attempt(void) {
  const char *(*volatile wild)(void) = (const char *(*)(void))(uintptr_t)0x7fffffff;
  return wild();
}
const char *twin(void) {
  const char *(*volatile pointer)(void) = good;
  return pointer();
}
