// Route: opens a file of the host by its absolute path
// Known from: first principles
// Refused: ENOENT, EACCES
// Twin: opens a granted file by its absolute path
// Unconfined: works
// Worlds: walls-root, walls-user, landlock
#include "attempt.h"
int main(void) {
  attempt(open("/etc/passwd", O_RDONLY));
  twin(open(at("READ", "/file"), O_RDONLY));
}
