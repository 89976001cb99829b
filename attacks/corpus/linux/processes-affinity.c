// Route: moves a neighbour to another processor
// Known from: sched_setaffinity(2) reaches every process of the user
// Refused: ESRCH, EPERM
// Twin: stays where it is
// Unconfined: works
#include "attempt.h"
#include <sched.h>

int main(void) {
  cpu_set_t set;
  sched_getaffinity(0, sizeof set, &set);
  attempt(sched_setaffinity(atoi(getenv("VICTIM")), sizeof set, &set));
  twin(sched_setaffinity(0, sizeof set, &set));
}
