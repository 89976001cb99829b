// Route: gives an open read-only file a name where it may write, through its descriptor
// Known from: first principles
// Refused: EXDEV, EACCES, EPERM, ENOENT
// Twin: gives an open file of its own a second name
// Unconfined: works for root
#include "attempt.h"
int main(void) {
  int theirs = open(at("READ", "/file"), O_RDONLY);
  attempt(linkat(theirs, "", AT_FDCWD, at("WORK", "/taken"), AT_EMPTY_PATH));
  twin(link(at("WORK", "/file"), at("WORK", "/second")));
}
