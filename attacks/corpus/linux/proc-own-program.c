// Route: opens its own program for writing while another process runs it
// Known from: CVE-2019-5736 (runc)
// Grants: { proc: true }
// Refused: EROFS, EACCES, ETXTBSY
// Twin: opens its own program for reading
// Unconfined: cannot run: the host answers ETXTBSY while it runs, which is a refusal too
// Worlds: walls
#include "attempt.h"
int main(void) {
  attempt(open("/proc/self/exe", O_RDWR));
  twin(open("/proc/self/exe", O_RDONLY));
}
