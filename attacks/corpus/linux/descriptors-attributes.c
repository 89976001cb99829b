// Route: sets an extended attribute of a file whose read-only descriptor it was handed
// Known from: CVE-2023-5369 (FreeBSD Capsicum) in shape: a right of a descriptor that a call forgets
// Grants: { descriptors: { 3: !file { path: $SECRET/file, rights: read } } }
// Refused: EROFS, EPERM, EOPNOTSUPP
// Twin: asks for its attributes
// Unconfined: cannot run: the descriptor is handed over by us
#include "attempt.h"
#include <sys/xattr.h>

int main(void) {
  attempt(fsetxattr(3, "user.attack", "x", 1, 0));
  twin(flistxattr(3, NULL, 0));
}
