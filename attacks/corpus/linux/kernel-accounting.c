// Route: has the kernel write about all processes into a file of its own
// Known from: acct(2)
// Refused: EPERM
// Twin: writes a file of its own
// Unconfined: cannot run: it would switch accounting on for this machine
#include "attempt.h"
int main(void) {
  attempt(acct(at("WORK", "/file")));
  twin(open(at("WORK", "/file"), O_RDWR));
}
