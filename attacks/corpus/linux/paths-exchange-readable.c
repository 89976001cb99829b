// Route: exchanges a file of its own with one that it may only read
// Known from: CVE-2018-16359 (gVisor) in shape: a call of the rename family that was let through
// Refused: EROFS, EACCES, EXDEV
// Twin: exchanges two files of its own
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(renameat2(AT_FDCWD, at("WORK", "/file"), AT_FDCWD, at("READ", "/file"), RENAME_EXCHANGE));
  twin(close(open(at("WORK", "/other"), O_WRONLY | O_CREAT, 0644)) |
       renameat2(AT_FDCWD, at("WORK", "/file"), AT_FDCWD, at("WORK", "/other"), RENAME_EXCHANGE));
}
