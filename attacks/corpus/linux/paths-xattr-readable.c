// Route: sets an extended attribute of a read-only file
// Known from: Landlock does not hold setxattr(2)
// Refused: EROFS, EOPNOTSUPP
// Twin: asks for the attributes
// Unconfined: works
#include "attempt.h"
#include <sys/xattr.h>

int main(void) {
  attempt(setxattr(at("READ", "/file"), "user.attack", "x", 1, 0));
  twin(listxattr(at("READ", "/file"), NULL, 0));
}
