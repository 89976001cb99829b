// Route: changes the mode of a file whose read-only descriptor it was handed, through its magic link
// Known from: CVE-2019-5736 (runc) in shape: a descriptor used by its name in /proc
// Grants: { proc: true, descriptors: { 3: !file { path: $SECRET/file, rights: read } } }
// Refused: EROFS, EPERM
// Twin: reads through the descriptor
// Unconfined: cannot run: the descriptor is handed over by us
// Worlds: walls
#include "attempt.h"
int main(void) {
  char byte;
  attempt(chmod("/proc/self/fd/3", 0666));
  twin(read(3, &byte, 1));
}
