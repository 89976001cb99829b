// Route: moves a program from where nothing may be started to where it may, by a hard link
// Known from: first principles
// Refused: EXDEV, EACCES
// Twin: links a file within a granted directory
// Unconfined: works
#include "attempt.h"
int main(void) {
  attempt(link(at("DATA", "/file"), at("WORK", "/program")));
  twin(link(at("WORK", "/file"), at("WORK", "/second")));
}
