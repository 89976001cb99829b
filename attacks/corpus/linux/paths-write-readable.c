// Route: opens a read-only file for writing
// Known from: first principles
// Refused: EROFS, EACCES
// Twin: opens a writable file for writing
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(open(at("READ", "/file"), O_RDWR));
  twin(open(at("DATA", "/file"), O_RDWR));
}
