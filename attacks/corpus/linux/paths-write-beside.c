// Route: makes a file beside a granted directory
// Known from: CVE-2018-15664 (Docker) in shape: a write that lands outside
// Refused: EROFS, EACCES
// Twin: makes a file in a granted directory
// Unconfined: works
// Worlds: walls-root, walls-user, landlock
#include "attempt.h"
int main(void) {
  attempt(open(at("WORK", "/../planted"), O_WRONLY | O_CREAT, 0644));
  twin(open(at("WORK", "/planted"), O_WRONLY | O_CREAT, 0644));
}
