// Route: stacks domains of Landlock until there is no room, to see whether the walls give way
// Known from: landlock_restrict_self(2): at most 16 domains
// Refused: ENOENT, EACCES
// Twin: opens a granted file at the end
// Unconfined: cannot run: a process that makes a domain loses rights by it
#include "attempt.h"
#include <linux/landlock.h>
#include <sys/prctl.h>

int main(void) {
  struct landlock_ruleset_attr attributes = {.handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_BLOCK};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  for (int i = 0; i < 20; i++) syscall(446, syscall(444, &attributes, sizeof attributes, 0), 0);
  attempt(open(at("SECRET", "/file"), O_RDONLY));
  twin(open(at("READ", "/file"), O_RDONLY));
}
