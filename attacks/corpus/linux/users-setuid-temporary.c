// Route: makes a file without a name that has the set-user-ID bit, and names it later
// Known from: CVE-2017-9780 (Flatpak); O_TMPFILE is missing in many lists of calls that make files
// Refused: EPERM
// Twin: makes a plain file without a name
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(open(at("WORK", ""), O_WRONLY | O_TMPFILE, 04755));
  twin(open(at("WORK", ""), O_WRONLY | O_TMPFILE, 0755));
}
