// Route: makes a mapped file executable afterwards, where no program may be started
// Known from: first principles
// Refused: EPERM, EACCES
// Twin: makes it writable for itself
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <sys/mman.h>

int main(void) {
  void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, open(at("DATA", "/file"), O_RDONLY), 0);
  attempt(mprotect(page, 4096, PROT_READ | PROT_EXEC));
  twin(mprotect(page, 4096, PROT_READ | PROT_WRITE));
}
