// Route: opens a queue of a neighbour by its name
// Known from: first principles
// Refused: ENOENT, ENOSYS
// Twin: makes a pipe
// Unconfined: works
#include "attempt.h"
#include <mqueue.h>

int main(void) {
  int ends[2];
  attempt(mq_open(getenv("QUEUE"), O_RDONLY));
  twin(pipe(ends));
}
