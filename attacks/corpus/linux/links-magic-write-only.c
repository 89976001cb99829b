// Route: opens a write-only descriptor again for reading, through its magic link
// Known from: first principles
// Grants: { proc: true, descriptors: { 3: !file { path: $SECRET/file, rights: write } } }
// Refused: EACCES
// Twin: asks where in the file the descriptor is
// Unconfined: cannot run: the descriptor is handed over by us
// Worlds: walls
#include "attempt.h"
int main(void) {
  attempt(open("/proc/self/fd/3", O_RDONLY));
  twin(lseek(3, 0, SEEK_CUR));
}
