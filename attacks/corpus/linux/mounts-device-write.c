// Route: writes to a device that it was granted for reading
// Known from: a read-only mount lets data of devices through (fs/namei.c, `sb_permission`)
// Grants: { files: { /dev/zero: !file { path: /dev/zero, rights: read } } }
// Refused: EACCES
// Twin: reads from it
// Unconfined: works
#include "attempt.h"

int main(void) {
  char byte;
  attempt(open("/dev/zero", O_WRONLY));
  twin(read(open("/dev/zero", O_RDONLY), &byte, 1) == 1 ? 0 : -1);
}
