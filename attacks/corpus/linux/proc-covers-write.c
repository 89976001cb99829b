// Route: opens every file of /proc that is not about a process for writing
// Known from: CVE-2015-3630 (Docker), CVE-2025-52881 (runc): files of /proc that act on the machine
// Grants: { proc: true }
// Refused: nothing
// Twin: opens a file about itself for writing
// Unconfined: works for root
// Worlds: walls
#include "attempt.h"
#include <ctype.h>
#include <ftw.h>

static int opened;

static int look(const char *path, const struct stat *stats, int type, struct FTW *walk) {
  (void)stats;
  (void)walk;
  if (type != FTW_F && type != FTW_NS) return FTW_CONTINUE;
  int file = open(path, O_WRONLY | O_NONBLOCK);
  if (file != -1) opened++, close(file);
  if (chmod(path, 0666) == 0) opened++;
  return FTW_CONTINUE;
}

static int top(const char *path, const struct stat *stats, int type, struct FTW *walk) {
  if (walk->level == 1 && isdigit((unsigned char)path[walk->base])) return FTW_SKIP_SUBTREE;
  return look(path, stats, type, walk);
}

int main(void) {
  // Without walls, the first file is proof enough, and nothing must be changed.
  if (getppid() != 1 && access("/proc/sys/kernel/sysrq", F_OK) == 0) {
    attempt(open("/proc/sys/kernel/sysrq", O_WRONLY));
  } else {
    nftw("/proc", top, 16, FTW_PHYS | FTW_ACTIONRETVAL);
    answer("attempt", opened == 0 ? "nothing" : "ok");
  }
  twin(open("/proc/self/comm", O_WRONLY));
}
