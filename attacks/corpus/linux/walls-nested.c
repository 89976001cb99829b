// Route: enters a Landlock domain of its own that allows everything
// Known from: domains of Landlock are stacked
// Refused: ENOENT, EACCES
// Twin: opens a granted file behind both
// Unconfined: cannot run: a process that makes a domain loses rights by it
#include "attempt.h"
#include <linux/landlock.h>
#include <sys/prctl.h>

int main(void) {
  struct landlock_ruleset_attr attributes = {.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE};
  int rules = syscall(444, &attributes, sizeof attributes, 0);
  struct landlock_path_beneath_attr all = {LANDLOCK_ACCESS_FS_READ_FILE, open("/", O_PATH)};
  syscall(445, rules, LANDLOCK_RULE_PATH_BENEATH, &all, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  syscall(446, rules, 0);
  attempt(open(at("SECRET", "/file"), O_RDONLY));
  twin(open(at("READ", "/file"), O_RDONLY));
}
