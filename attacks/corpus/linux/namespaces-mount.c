// Route: with leave to make namespaces but not to mount, mounts there
// Known from: CVE-2021-41133 (Flatpak): calls for mounts that a filter did not refuse
// Grants: { system_calls: [user_namespaces] }
// Refused: EPERM
// Twin: makes namespaces
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <sched.h>
#include <sys/mount.h>

static int memory(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1) return -errno;
  if (mount("none", at("WORK", ""), "tmpfs", 0, NULL) == 0) return 0;
  int error = errno;
  return syscall(SYS_fsopen, "tmpfs", 0) == -1 ? -error : 0;
}

static int make(void) { return unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1 ? -errno : 0; }

int main(void) {
  answer("attempt", in_child(memory));
  answer("twin", in_child(make));
}
