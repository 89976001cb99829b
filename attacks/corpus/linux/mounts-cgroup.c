// Route: mounts control groups in namespaces of its own, to name a program that the host runs (release_agent)
// Known from: CVE-2022-0492 (kernel)
// Refused: EPERM
// Twin: makes the directory for it
// Unconfined: works for root
#include "attempt.h"
#include <sched.h>
#include <sys/mount.h>

static int groups(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP) == -1) return -errno;
  if (mount("none", at("WORK", "/groups"), "cgroup2", 0, NULL) == -1 &&
      mount("none", at("WORK", "/groups"), "cgroup", 0, "memory") == -1)
    return -errno;
  return 0;
}

int main(void) {
  twin(mkdir(at("WORK", "/groups"), 0755));
  answer("attempt", in_child(groups));
}
