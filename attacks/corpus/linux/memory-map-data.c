// Route: maps a file as code where no program may be started
// Known from: first principles
// Refused: EPERM, EACCES
// Twin: maps it as data
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <sys/mman.h>

int main(void) {
  int file = open(at("DATA", "/file"), O_RDONLY);
  attempt(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED ? -1 : 0);
  twin(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED ? -1 : 0);
}
