// Route: removes what it may read
// Known from: first principles
// Refused: EROFS, EACCES
// Twin: removes what it may remove
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(unlink(at("READ", "/file")));
  twin(unlink(at("DATA", "/file")));
}
