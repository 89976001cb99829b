// Route: is told of every access to files of the host
// Known from: fanotify(7)
// Refused: EPERM
// Twin: is told of changes in a directory of its own
// Unconfined: works
#include "attempt.h"
#include <sys/fanotify.h>
#include <sys/inotify.h>

int main(void) {
  attempt(fanotify_init(FAN_REPORT_FID, O_RDONLY));
  twin(inotify_add_watch(inotify_init(), at("WORK", ""), IN_CREATE));
}
