// Route: Removes a file outside by dots and through a link to its directory, and one that may only be read.
// Known from: CVE-2024-38358 (Wasmer) for links that are followed on the way
// Refused: ENOTCAPABLE
// Twin: removes a file and the link
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  if (unlinkat(work, "link/file", 0) == 0 || unlinkat(readable, "file", 0) == 0)
    return "ok";
  return done(unlinkat(work, "../secret/file", 0));
}
const char *twin(void) { return unlinkat(work, "link", 0) == 0 ? done(unlinkat(work, "file", 0)) : named(errno); }
