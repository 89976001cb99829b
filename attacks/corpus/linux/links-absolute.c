// Route: follows an absolute symbolic link of its own making
// Known from: CVE-2015-3627 (Docker), CVE-2024-1753 (Buildah, Podman)
// Refused: ENOENT, EACCES
// Twin: follows a link to a granted file
// Unconfined: works
#include "attempt.h"
int main(void) {
  symlink(at("SECRET", "/file"), at("WORK", "/out"));
  symlink(at("READ", "/file"), at("WORK", "/in"));
  attempt(open(at("WORK", "/out"), O_RDONLY));
  twin(open(at("WORK", "/in"), O_RDONLY));
}
