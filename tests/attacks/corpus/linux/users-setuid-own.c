// Route: makes a set-user-ID file of its own
// Known from: CVE-2017-9780 (Flatpak): set-user-ID files in what an app may write
// Refused: EPERM
// Twin: makes the file executable
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(chmod(at("WORK", "/file"), 04755));
  twin(access(at("WORK", "/file"), R_OK));
}
