// Route: changes the flags of a file that it may only read, by its path
// Known from: file_setattr(2), which Linux has since 6.17, reaches files without opening them
// Refused: EROFS, EPERM, ENOSYS
// Twin: reads the attributes of the file
// Unconfined: works
#include "attempt.h"
struct attributes {
  unsigned long long xflags;
  unsigned int extent, extents, project, cow;
};

int main(void) {
  struct attributes attributes = {0x80};
  struct stat stats;
  attempt(syscall(469, AT_FDCWD, at("READ", "/file"), &attributes, sizeof attributes, 0));
  twin(stat(at("READ", "/file"), &stats));
}
