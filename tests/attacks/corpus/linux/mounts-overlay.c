// Route: mounts an overlay in a user namespace of its own, to get a set-user-ID file out of it
// Known from: CVE-2021-3493, CVE-2023-0386, CVE-2023-2640 (kernel, overlayfs), CVE-2021-26910 (firejail)
// Refused: EPERM
// Twin: makes the directories of one
// Unconfined: works
#include "attempt.h"
#include <sched.h>
#include <sys/mount.h>

static int overlay(void) {
  char *options;
  if (asprintf(&options, "lowerdir=%s,upperdir=%s,workdir=%s", at("READ", ""), at("WORK", "/upper"),
               at("WORK", "/work")) < 0 ||
      unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1 ||
      mount("overlay", at("WORK", "/merged"), "overlay", 0, options) == -1)
    return -errno;
  return 0;
}

int main(void) {
  twin(mkdir(at("WORK", "/upper"), 0755) | mkdir(at("WORK", "/work"), 0755) | mkdir(at("WORK", "/merged"), 0755));
  answer("attempt", in_child(overlay));
}
