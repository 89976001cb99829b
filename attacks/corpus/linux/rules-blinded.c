// Route: hides its memory from the supervisor, enters a domain of Landlock, or makes its calls where none sees them
// Known from: prctl(2): PR_SET_DUMPABLE; ptrace(2), "Ptrace access mode checking"; io_uring is not seen by seccomp
// Grants: {rules: ['hide $WORK/way/held']}
// Refused: ENOENT, EPERM, ENOSYS, EOPNOTSUPP
// Twin: opens a file of its own afterwards
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <sched.h>
#include <sys/prctl.h>

int main(void) {
  char *held = at("WORK", "/way/held");
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  int found = open(held, O_RDONLY);
  if (found == -1) {
    struct { unsigned long files, ports, scopes; } rights = {1, 0, 0};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (ruleset != -1) syscall(SYS_landlock_restrict_self, ruleset, 0);
    found = open(held, O_RDONLY);
  }
  if (found == -1 && unshare(0x10000000) == 0) found = open(held, O_RDONLY);
  if (found == -1) errno = ENOENT;
  attempt(found);
  twin(open(at("WORK", "/way/mine"), O_WRONLY | O_CREAT, 0644));
}
