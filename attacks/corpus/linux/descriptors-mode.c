// Route: changes the mode of a file whose read-only descriptor it was handed
// Known from: CVE-2023-5369 (FreeBSD Capsicum) in shape: a right of a descriptor that a call forgets
// Grants: { descriptors: { 3: !file { path: $SECRET/file, rights: read } } }
// Refused: EROFS, EPERM
// Twin: reads through the descriptor
// Unconfined: cannot run: the descriptor is handed over by us
#include "attempt.h"
int main(void) {
  char byte;
  attempt(fchmod(3, 0666));
  twin(read(3, &byte, 1));
}
