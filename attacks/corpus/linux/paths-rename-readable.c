// Route: moves a read-only file into a writable directory
// Known from: CVE-2018-16359 (gVisor): renameat of host files
// Refused: EROFS, EACCES, EXDEV
// Twin: moves a file within a granted directory
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(rename(at("READ", "/file"), at("WORK", "/taken")));
  twin(rename(at("WORK", "/file"), at("WORK", "/moved")));
}
