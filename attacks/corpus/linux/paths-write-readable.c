// Route: opens for writing what it may read
// Known from: first principles
// Refused: EROFS, EACCES
// Twin: opens for writing what it may change
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(open(at("READ", "/file"), O_RDWR));
  twin(open(at("DATA", "/file"), O_RDWR));
}
