// Route: opens the program of the first process for writing, to change the code that builds the walls
// Known from: CVE-2019-5736 (runc), CVE-2019-12499 (firejail)
// Grants: { proc: true }
// Refused: EACCES, EROFS
// Twin: reads where its own program lies
// Unconfined: cannot run: it would open the first program of the machine for writing
// Worlds: walls
#include "attempt.h"
int main(void) {
  char path[100];
  attempt(open("/proc/1/exe", O_RDWR));
  twin(readlink("/proc/self/exe", path, sizeof path));
}
