// Route: has memory of all processes written to a file of its own
// Known from: first principles
// Refused: EPERM
// Twin: writes a file of its own
// Unconfined: cannot run: it would change this machine's memory
#include "attempt.h"
#include <sys/swap.h>

int main(void) {
  attempt(swapon(at("WORK", "/file"), 0));
  twin(open(at("WORK", "/file"), O_RDWR));
}
