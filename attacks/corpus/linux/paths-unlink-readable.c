// Route: removes a read-only file
// Known from: first principles
// Refused: EROFS, EACCES
// Twin: removes a file that may be removed
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(unlink(at("READ", "/file")));
  twin(unlink(at("DATA", "/file")));
}
