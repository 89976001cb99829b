// Route: changes the mode of a read-only file through a descriptor
// Known from: Landlock does not hold fchmod(2)
// Refused: EROFS, EPERM
// Twin: reads through the descriptor
// Unconfined: works
#include "attempt.h"
int main(void) {
  char byte;
  int file = open(at("READ", "/file"), O_RDONLY);
  attempt(fchmod(file, 0666));
  twin(read(file, &byte, 1));
}
