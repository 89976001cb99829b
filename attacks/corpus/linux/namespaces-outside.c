// Route: looks for files outside of its root with all the powers it has in namespaces of its own
// Known from: CVE-2024-21626 (runc), CVE-2021-41133 (Flatpak): roots that a program with the right to mount could leave
// Grants: { system_calls: [namespaces] }
// Refused: nothing
// Twin: reads a granted file through a mount of its own
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <sched.h>
#include <sys/mount.h>

static int look(const char *path) { return open(path, O_RDONLY) != -1; }

static int outside(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1) return -errno;
  char *secret = at("SECRET", "/file"), *work = at("WORK", "");
  if (look(secret)) return 0;
  // Takes the mounts away, one after another, to see the files beneath.
  const char *const names[] = {at("WORK", ""), at("READ", ""), "/usr", "/tmp", "/"};
  for (int i = 0; i < 5; i++) {
    umount2(names[i], MNT_DETACH);
    if (look(secret)) return 0;
  }
  mount("/", work, NULL, MS_BIND, NULL);
  if (look(at("WORK", secret)) || look(secret)) return 0;
  if (chroot(work) == 0 && chdir("../../../../..") == 0 && look(secret + 1)) return 0;
  return -ENODATA;
}

static int bind(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1) return -errno;
  if (mount(at("READ", ""), at("WORK", ""), NULL, MS_BIND | MS_REC, NULL) == -1) return -errno;
  return look(at("WORK", "/file")) ? 0 : -ENOENT;
}

int main(void) {
  const char *found = in_child(outside);
  answer("attempt", strcmp(found, "ENODATA") == 0 ? "nothing" : found);
  answer("twin", in_child(bind));
}
