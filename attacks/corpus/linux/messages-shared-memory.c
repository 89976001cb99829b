// Route: attaches shared memory of a neighbour by its number
// Known from: shmat(2): a number reaches any segment of the same namespace
// Refused: EINVAL, EIDRM, EPERM, ENOSYS
// Twin: makes private shared memory
// Unconfined: works
#include "attempt.h"
#include <sys/mman.h>
#include <sys/shm.h>

int main(void) {
  void *shared = shmat(atoi(getenv("SHARED")), NULL, 0);
  attempt(shared == (void *)-1 ? -1 : 0);
  twin(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
}
