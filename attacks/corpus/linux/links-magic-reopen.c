// Route: opens a read-only descriptor again for writing, through its magic link
// Known from: CVE-2019-5736 (runc): a descriptor opened anew through /proc
// Grants: { proc: true, descriptors: { 3: !file { path: $SECRET/file, rights: read } } }
// Refused: EACCES, EROFS
// Twin: opens it again for reading
// Unconfined: cannot run: the descriptor is handed over by us
// Worlds: walls
#include "attempt.h"
int main(void) {
  attempt(open("/proc/self/fd/3", O_RDWR));
  twin(open("/proc/self/fd/3", O_RDONLY));
}
