// Route: changes the mode of its own program through its magic link
// Known from: CVE-2019-12499 (firejail) in shape: a program of the host, changed from inside
// Grants: { proc: true }
// Refused: EROFS, EPERM
// Twin: reads the mode
// Unconfined: cannot run: it would change the program for the attempts that follow
// Worlds: walls
#include "attempt.h"
int main(void) {
  struct stat stats;
  attempt(chmod("/proc/self/exe", 0777));
  twin(stat("/proc/self/exe", &stats));
}
