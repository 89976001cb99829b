// Route: links what it may only read to where it may write
// Known from: first principles
// Refused: EXDEV, EACCES, EROFS
// Twin: makes a symbolic link there
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(link(at("READ", "/file"), at("WORK", "/taken")));
  twin(symlink(at("READ", "/file"), at("WORK", "/shown")));
}
