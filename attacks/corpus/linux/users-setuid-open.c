// Route: makes a file with the set-user-ID bit at once
// Known from: CVE-2017-9780 (Flatpak)
// Refused: EPERM
// Twin: makes a plain file
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(open(at("WORK", "/raised"), O_WRONLY | O_CREAT, 06755));
  twin(open(at("WORK", "/plain"), O_WRONLY | O_CREAT, 0755));
}
