// Route: makes a device file of the disk
// Known from: CVE-2024-29068 (snapd) in shape: files that are not regular
// Refused: EPERM, EACCES
// Twin: makes a pipe with a name
// Unconfined: works for root
#include "attempt.h"
#include <sys/sysmacros.h>

int main(void) {
  attempt(mknod(at("WORK", "/disk"), S_IFBLK | 0666, makedev(253, 0)));
  twin(mkfifo(at("WORK", "/pipe"), 0666));
}
