// Route: maps a file that it may only read so that changes reach the file
// Known from: first principles
// Refused: EACCES
// Twin: maps a file of its own so
// Unconfined: cannot run: the kernel refuses it to all
#include "attempt.h"
#include <sys/mman.h>

int main(void) {
  int theirs = open(at("READ", "/file"), O_RDONLY), ours = open(at("DATA", "/file"), O_RDWR);
  void *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, theirs, 0);
  attempt(mprotect(page, 4096, PROT_READ | PROT_WRITE));
  twin(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ours, 0) == MAP_FAILED ? -1 : 0);
}
