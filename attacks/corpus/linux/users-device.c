// Route: makes a device file of the disk
// Known from: capabilities(7): CAP_MKNOD, which Docker leaves to containers by default
// Refused: EPERM, EACCES
// Twin: makes a pipe with a name
// Unconfined: works for root
#include "attempt.h"
#include <sys/sysmacros.h>

int main(void) {
  attempt(mknod(at("WORK", "/disk"), S_IFBLK | 0666, makedev(253, 0)));
  twin(mkfifo(at("WORK", "/pipe"), 0666));
}
