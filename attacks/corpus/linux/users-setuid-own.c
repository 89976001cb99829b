// Route: makes a set-user-ID file of its own
// Known from: CVE-2017-9780 (Flatpak): set-user-ID files that came with an app
// Refused: EPERM
// Twin: makes the file executable
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(chmod(at("WORK", "/file"), 04755));
  twin(access(at("WORK", "/file"), R_OK));
}
