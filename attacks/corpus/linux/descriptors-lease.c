// Route: takes a lease on a read-only file, which holds up every writer
// Known from: fcntl(2): F_SETLEASE needs the owner of the file and a descriptor to read from
// Refused: EACCES
// Twin: gives a lease back that it does not have, and asks for the flags of the descriptor
// Unconfined: works
#include "attempt.h"

int main(void) {
  int file = open(at("READ", "/file"), O_RDONLY);
  attempt(fcntl(file, F_SETLEASE, F_RDLCK));
  fcntl(file, F_SETLEASE, F_UNLCK);
  twin(fcntl(file, F_GETFL));
}
