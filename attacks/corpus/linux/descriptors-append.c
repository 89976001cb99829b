// Route: cuts and overwrites a log that it was handed to add to
// Known from: first principles
// Grants: { proc: true, descriptors: { 3: !file { path: $WORK/log, rights: [append, create] } } }
// Refused: EPERM, EACCES
// Twin: adds a line to the log
// Unconfined: cannot run: the descriptor is handed over by us
#include "attempt.h"
#include <sys/mman.h>
#include <sys/uio.h>

static int successes;

static void refused(long result) {
  if (result != -1) successes++;
}

int main(void) {
  struct iovec vector = {"x", 1};
  refused(ftruncate(3, 0));
  refused(fcntl(3, F_SETFL, 0));
  refused(pwrite(3, "x", 1, 0));
  refused(syscall(SYS_pwritev2, 3, &vector, 1, 0, 0, 0x20));
  refused(fallocate(3, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 1));
  refused(mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, 3, 0) == MAP_FAILED ? -1 : 0);
  refused(dup(3));
  if (successes == 0)
    attempt(ftruncate(3, 0));
  else
    printf("attempt: %d calls were let through\n", successes);
  twin(write(3, "line\n", 5) == 5 ? 0 : -1);
}
