// Route: mounts an overlay in a user namespace of its own, to get a set-user-ID file out of it
// Known from: CVE-2023-0386 (kernel), CVE-2021-3493, CVE-2023-2640 (Ubuntu's kernel): overlayfs
// Refused: EPERM
// Twin: makes the directory for it
// Unconfined: works
#include "attempt.h"
#include <sched.h>
#include <sys/mount.h>

static int put(const char *path, const char *text) {
  return write(open(path, O_WRONLY), text, strlen(text));
}

static int overlay(void) {
  char users[32], groups[32];
  snprintf(users, sizeof users, "0 %d 1", getuid());
  snprintf(groups, sizeof groups, "0 %d 1", getgid());
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1) return -errno;
  if (put("/proc/self/setgroups", "deny") == -1 || put("/proc/self/uid_map", users) == -1 ||
      put("/proc/self/gid_map", groups) == -1)
    return -errno;
  if (mount("none", at("WORK", "/m"), "tmpfs", 0, NULL) == -1)
    return -errno;
  chdir(at("WORK", "/m"));
  mkdir("lower", 0755);
  mkdir("upper", 0755);
  mkdir("work", 0755);
  mkdir("all", 0755);
  return mount("none", "all", "overlay", 0, "lowerdir=lower,upperdir=upper,workdir=work,userxattr") == -1 ? -errno : 0;
}

int main(void) {
  twin(mkdir(at("WORK", "/m"), 0755));
  answer("attempt", in_child(overlay));
}
