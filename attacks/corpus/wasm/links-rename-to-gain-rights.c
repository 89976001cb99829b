// Route: Moves a file that may only be read to where everything may be done; exchanges places by way of that.
// Known from: CVE-2026-58494 (Wasmtime, hard links and renames that widen the rights to a file)
// Refused: ENOTCAPABLE, EXDEV, EACCES
// Twin: moves a file inside
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  if (renameat(work, "file", readable, "file") == 0)
    return "ok";
  return done(renameat(readable, "file", work, "mine"));
}
const char *twin(void) { return done(renameat(work, "file", work, "moved")); }
