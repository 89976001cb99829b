// Route: cuts what it may read, without opening it
// Known from: Landlock before ABI 3 did not hold truncate(2)
// Refused: EROFS, EACCES
// Twin: cuts what it may change
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(truncate(at("READ", "/file"), 0));
  twin(truncate(at("DATA", "/file"), 3));
}
