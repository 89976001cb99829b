// Route: asks about shared memory of the host, to remove it
// Known from: CVE-2018-19333 (gVisor): IPC_RMID
// Refused: EINVAL, EIDRM, EPERM, ENOSYS
// Twin: makes private shared memory
// Unconfined: works
#include "attempt.h"
#include <sys/mman.h>
#include <sys/shm.h>

int main(void) {
  struct shmid_ds about;
  attempt(shmctl(atoi(getenv("SHARED")), IPC_STAT, &about));
  twin(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
}
