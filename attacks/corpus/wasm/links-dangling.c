// Route: Makes a link to a file outside that is not there, and creates that file through the link.
// Known from: CVE-2025-43853 (WAMR), CVE-2024-38358 (Wasmer)
// Refused: ENOTCAPABLE
// Twin: creates a file inside through such a link
// Unconfined: works
#include "attempt.h"

static const char *creates_through(const char *target, const char *name) {
  if (symlinkat(target, work, name) != 0)
    return named(errno);
  return writes(work, name);
}
const char *attempt(void) { return creates_through("../secret/created", "dangling-out"); }
const char *twin(void) { return creates_through("created", "dangling-in"); }
