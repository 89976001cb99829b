// Route: truncates a read-only file without opening it
// Known from: Landlock before ABI 3 did not hold truncate(2)
// Refused: EROFS, EACCES
// Twin: truncates a writable file
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(truncate(at("READ", "/file"), 0));
  twin(truncate(at("DATA", "/file"), 3));
}
