// Route: takes away the covers of /proc, in namespaces of its own
// Known from: CVE-2025-31133 (runc); CVE-2021-41133 (Flatpak): mounts that could be taken away
// Grants: { proc: true, system_calls: [namespaces] }
// Refused: EPERM, EINVAL
// Twin: makes a user namespace
// Unconfined: cannot run: a machine has nothing there that is covered
// Worlds: walls
#include "attempt.h"
#include <sched.h>
#include <sys/mount.h>

static int uncover(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1) return -errno;
  const char *const names[] = {"/proc/sys", "/proc/kallsyms", "/proc/stat", "/proc/irq", "/proc"};
  int last = EPERM;
  for (int i = 0; i < 5; i++) {
    if (umount2(names[i], MNT_DETACH) == 0) return 0;
    last = errno;
    if (mount(names[i], at("WORK", ""), NULL, MS_MOVE, NULL) == 0) return 0;
    if (mount(NULL, names[i], NULL, MS_REMOUNT | MS_BIND, NULL) == 0) return 0;
  }
  return -last;
}

static int make(void) { return unshare(CLONE_NEWUSER) == -1 ? -errno : 0; }

int main(void) {
  answer("attempt", in_child(uncover));
  answer("twin", in_child(make));
}
