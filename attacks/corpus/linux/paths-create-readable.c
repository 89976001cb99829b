// Route: makes a file where it may read
// Known from: first principles
// Refused: EROFS, EACCES
// Twin: makes a file where it may make some
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(open(at("READ", "/new"), O_WRONLY | O_CREAT, 0644));
  twin(open(at("DATA", "/new"), O_WRONLY | O_CREAT, 0644));
}
