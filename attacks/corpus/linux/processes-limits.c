// Route: lowers the limits of a neighbour
// Known from: prlimit(2) reaches every process of the user
// Refused: ESRCH, EPERM
// Twin: asks for its own limits
// Unconfined: works
#include "attempt.h"
#include <sys/resource.h>

int main(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_STACK, &limit);
  attempt(prlimit(atoi(getenv("VICTIM")), RLIMIT_STACK, &limit, NULL));
  twin(getrlimit(RLIMIT_STACK, &limit));
}
