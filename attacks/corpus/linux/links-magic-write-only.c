// Route: opens a write-only descriptor again for reading, through its magic link
// Known from: first principles
// Grants: { proc: true, descriptors: { 3: !file { path: $SECRET/file, rights: write } } }
// Refused: EACCES
// Twin: opens it again for writing
// Unconfined: cannot run: the descriptor is handed over by us
// Worlds: walls
#include "attempt.h"
int main(void) {
  attempt(open("/proc/self/fd/3", O_RDONLY));
  twin(open("/proc/self/fd/3", O_WRONLY));
}
