// Route: links a file of the host into a granted directory
// Known from: CVE-2021-44730 (snapd): a hard link to a privileged program
// Refused: ENOENT, EXDEV, EACCES
// Twin: links a file within a granted directory
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(link(at("SECRET", "/file"), at("WORK", "/taken")));
  twin(link(at("WORK", "/file"), at("WORK", "/second")));
}
