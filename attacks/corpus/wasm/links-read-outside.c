// Route: Reads where links outside lead to, which tells names that were not granted.
// Known from: CVE-2026-21715 (Node permission model)
// Refused: ENOTCAPABLE
// Twin: reads where a link inside leads to
// Unconfined: works
#include "attempt.h"

static const char *reads_link(const char *path) {
  char target[256];
  return done((int)readlinkat(work, path, target, sizeof(target)));
}
// The folder has a link `a-link` beside the granted directories.
const char *attempt(void) { return reads_link("../a-link"); }
const char *twin(void) { return reads_link("file-link"); }
