// Route: reaches a file that mounts hide: by other calls, by descriptors of its name, by moving it, its directory and the mount
// Known from: CVE-2013-1858, CVE-2020-15257: mounts of others taken away; first principles
// Grants: {rules: ['hide $WORK/way/held by mounts']}
// Refused: ENOENT, EPERM, EACCES, EBUSY, EXDEV, EINVAL, ENOSYS
// Twin: makes and opens a file of its own in the same directory
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <sched.h>
#include <sys/mount.h>
#include <sys/uio.h>

/* Reads a byte through a descriptor, or else through it in /proc. */
static int reads(int descriptor) {
  char byte, *path;
  if (descriptor == -1) return 0;
  if (pread(descriptor, &byte, 1, 0) == 1) return 1;
  asprintf(&path, "/proc/self/fd/%d", descriptor);
  int again = open(path, O_RDONLY);
  return again != -1 && pread(again, &byte, 1, 0) == 1;
}

int main(void) {
  char *held = at("WORK", "/way/held"), *way = at("WORK", "/way"), *moved = at("WORK", "/moved"), *other = at("WORK", "/name");
  const int flags[] = {O_RDONLY, O_WRONLY, O_RDWR, O_PATH, O_RDONLY | O_CREAT, O_RDWR | O_NOFOLLOW, O_RDONLY | O_DIRECTORY};
  int found = -1;
  for (int turn = 0; turn < 6 && found == -1; turn++) {
    int directory = open(way, O_RDONLY | O_DIRECTORY);
    for (unsigned i = 0; i < sizeof flags / sizeof *flags && found == -1; i++) {
      int descriptor = open(held, flags[i], 0644), relative = openat(directory, "held", flags[i], 0644);
      if (reads(descriptor)) found = descriptor;
      if (reads(relative)) found = relative;
    }
    switch (turn) {
    case 0: link(held, other); linkat(directory, "held", AT_FDCWD, other, 0); break;
    case 1: rename(held, other); renameat2(AT_FDCWD, held, AT_FDCWD, at("WORK", "/a/held"), 2); break;
    case 2: umount2(held, MNT_DETACH); umount2(held, 0); umount2(way, MNT_DETACH); break;
    case 3: unshare(CLONE_NEWUSER | CLONE_NEWNS); umount2(held, MNT_DETACH); mount(way, moved, 0, MS_BIND | MS_REC, 0); break;
    case 4: unlink(held); rename(way, moved); symlink(way, moved); break;
    default: break;
    }
    int descriptor = open(other, O_RDONLY), below = open(at("WORK", "/moved/held"), O_RDONLY);
    if (reads(descriptor)) found = descriptor;
    if (reads(below)) found = below;
    rename(moved, way);
    unlink(moved);
  }
  errno = ENOENT;
  attempt(found);
  twin(open(at("WORK", "/way/mine"), O_RDWR | O_CREAT, 0644));
}
