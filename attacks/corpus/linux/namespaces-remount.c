// Route: makes a read-only mount writable, in namespaces of its own
// Known from: CVE-2014-5206 (kernel): locked flags of mounts that a remount lost
// Grants: { system_calls: [namespaces] }
// Refused: EPERM, EROFS, EINVAL, EACCES
// Twin: mounts a directory in memory there
// Unconfined: cannot run: the folder is on a file system that may be written
// Worlds: walls
#include "attempt.h"
#include <sched.h>
#include <sys/mount.h>

static int enter(void) { return unshare(CLONE_NEWUSER | CLONE_NEWNS); }

static int remount(void) {
  if (enter() == -1) return -errno;
  char *folder = at("READ", "");
  if (mount(NULL, folder, NULL, MS_REMOUNT | MS_BIND, NULL) == -1) {
    int error = errno;
    // A copy of the mount, or one of a directory beneath.
    if (mount(folder, at("WORK", ""), NULL, MS_BIND | MS_REC, NULL) == 0 &&
        mount(NULL, at("WORK", ""), NULL, MS_REMOUNT | MS_BIND, NULL) == 0 &&
        open(at("WORK", "/file"), O_WRONLY) != -1)
      return 0;
    return -error;
  }
  return open(at("READ", "/file"), O_WRONLY) == -1 ? -errno : 0;
}

static int memory(void) {
  if (enter() == -1) return -errno;
  return mount("none", at("WORK", ""), "tmpfs", 0, NULL) == -1 ? -errno : 0;
}

int main(void) {
  answer("attempt", in_child(remount));
  answer("twin", in_child(memory));
}
