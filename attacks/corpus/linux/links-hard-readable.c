// Route: links a read-only file into a writable directory
// Known from: first principles
// Refused: EXDEV, EACCES, EROFS
// Twin: makes a symbolic link there
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(link(at("READ", "/file"), at("WORK", "/taken")));
  twin(symlink(at("READ", "/file"), at("WORK", "/shown")));
}
