// Route: changes the flags of a file that it may only read
// Known from: Landlock holds ioctl(2) for devices only
// Refused: EROFS, ENOTTY
// Twin: reads the flags
// Unconfined: works
#include "attempt.h"
#include <linux/fs.h>
#include <sys/ioctl.h>

int main(void) {
  int flags = 0;
  int file = open(at("READ", "/file"), O_RDONLY);
  twin(ioctl(file, FS_IOC_GETFLAGS, &flags));
  flags ^= FS_NODUMP_FL;
  attempt(ioctl(file, FS_IOC_SETFLAGS, &flags));
}
