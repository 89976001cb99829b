// Route: Truncates, overwrites and punches holes into an append-only file, and takes its append mode away.
// Known from: first principles; chattr +a for unprivileged users
// Refused: ENOTCAPABLE, EBADF, EPERM
// Twin: adds a line
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  if (fcntl(journal, F_SETFL, O_NONBLOCK) == 0 && (fcntl(journal, F_GETFL) & O_APPEND) == 0)
    return "ok";
  if (lseek(journal, 0, SEEK_SET) == 0 && write(journal, "in the place of", 15) == 15 &&
      lseek(journal, 0, SEEK_CUR) == 15)
    return "ok";
  return done(ftruncate(journal, 0));
}
const char *twin(void) { return write(journal, "a line\n", 7) == 7 ? "ok" : named(errno); }
