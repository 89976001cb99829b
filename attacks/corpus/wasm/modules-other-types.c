// Route: Calls a function of the kernel through a pointer of another type, with numbers it does not expect.
// Known from: first principles; type confusion at the boundary of imports
// Refused: trapped
// Twin: calls it with its own type
// Unconfined: cannot run: a process can crash itself
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

const char *attempt(void) {
  double (*volatile other)(double, double) = (double (*)(double, double))(void (*)(void))raw_random_get;
  return other(1e300, -1e300) == 0 ? "ok" : "done";
}
const char *twin(void) {
  char byte;
  return named(raw_random_get(ADDRESS(&byte), 1));
}
