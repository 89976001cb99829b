// Route: mounts another /proc without covers, in namespaces of its own
// Known from: CVE-2019-19921 (runc): a /proc that was not the one with covers
// Grants: { proc: true, system_calls: [namespaces] }
// Refused: EPERM, ENODEV
// Twin: makes a process namespace
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <sched.h>
#include <sys/mount.h>

static int mount_in(void) {
  if (mount("proc", at("WORK", ""), "proc", 0, NULL) == 0) return 0;
  int error = errno;
  if (mount("proc", at("WORK", ""), "proc", MS_RDONLY, "subset=pid") == 0) return 0;
  if (mount("none", at("WORK", ""), "sysfs", 0, NULL) == 0) return 0;
  return -error;
}

static int anew(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) == -1) return -errno;
  pid_t child = fork();
  if (child == 0) _exit(-mount_in());
  int status;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

static int make(void) { return unshare(CLONE_NEWUSER | CLONE_NEWPID) == -1 ? -errno : 0; }

int main(void) {
  answer("attempt", in_child(anew));
  answer("twin", in_child(make));
}
