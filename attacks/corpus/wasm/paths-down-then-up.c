// Route: Goes down two directories and up three, through doubled slashes and single dots.
// Known from: CVE-2023-30584 (Node permission model), CVE-2021-41773 (Apache httpd) for taking paths apart as text
// Refused: ENOTCAPABLE
// Twin: goes down two directories and up two
// Unconfined: works
#include "attempt.h"

static void make_steps(void) {
  mkdirat(work, "steps", 0700);
  mkdirat(work, "steps/deep", 0700);
}
const char *attempt(void) {
  make_steps();
  return reads(work, "steps//./deep//..//.././/..///secret//file");
}
const char *twin(void) {
  make_steps();
  return reads(work, "steps//./deep//..//.././/file");
}
