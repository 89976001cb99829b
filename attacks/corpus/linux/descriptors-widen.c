// Route: widens a read-only descriptor that it was handed, by its flags, by mapping it, by writing
// Known from: CVE-2023-5369 (FreeBSD Capsicum) in shape: a right of a descriptor that a call forgets
// Refused: EACCES, EBADF
// Grants: { descriptors: { 3: !file { path: $SECRET/file, rights: read } } }
// Twin: reads through the descriptor
// Unconfined: cannot run: the descriptor is handed over by us
#include "attempt.h"
#include <sys/mman.h>

int main(void) {
  char byte;
  fcntl(3, F_SETFL, O_RDWR);
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0);
  attempt(page == MAP_FAILED ? write(3, "x", 1) : 0);
  twin(read(3, &byte, 1) == 1 ? 0 : -1);
}
