// Route: starts a program of the system that would lay walls of its own and runs as root
// Known from: CVE-2020-5291, CVE-2016-8659 (bubblewrap, set-user-ID), CVE-2022-31214 (firejail)
// Refused: EPERM, ENOENT, EACCES
// Twin: makes a child
// Unconfined: works
#include "attempt.h"
#include <sched.h>

static int nested(void) {
  return unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) == -1 ? -errno : 0;
}

static int nothing(void) {
  return 0;
}

int main(void) {
  answer("attempt", in_child(nested));
  answer("twin", in_child(nothing));
}
