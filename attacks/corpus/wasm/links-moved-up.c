// Route: Makes a link that is harmless where it lies, deep down, and moves it up until it leads out.
// Known from: CVE-2025-55130 (Node permission model), CVE-2017-1002101 (Kubernetes)
// Refused: ENOTCAPABLE
// Twin: the same link before it is moved
// Unconfined: works
#include "attempt.h"

static const char *link_at(const char *place) {
  mkdirat(work, "low", 0700);
  mkdirat(work, "low/lower", 0700);
  mkdirat(work, "secret", 0700);
  writes(work, "secret/file");
  if (symlinkat("../../secret/file", work, "low/lower/up") != 0 && errno != EEXIST)
    return named(errno);
  if (place[0] == '\0')
    return reads(work, "low/lower/up");
  if (renameat(work, "low/lower", work, "lower") != 0 || unlinkat(work, "low", AT_REMOVEDIR) != 0)
    return named(errno);
  return reads(work, "lower/up");
}
// Two levels up from `work/lower` is the folder in which `work` lies beside the real secret.
const char *attempt(void) { return link_at("up"); }
const char *twin(void) { return link_at(""); }
