// Route: Moves a file that may only be read to where everything may be done; exchanges places by way of that.
// Known from: CVE-2026-58494 (Wasmtime, hard links and renames past what a file may be used for)
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
