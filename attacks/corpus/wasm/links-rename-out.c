// Route: Moves a file out: by dots, through a link to a directory outside, and takes a file in by the same ways.
// Known from: CVE-2024-38358 (Wasmer) for links on the way
// Refused: ENOTCAPABLE
// Twin: moves a file over another
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  if (renameat(work, "link/file", work, "taken") == 0 || renameat(work, "file", work, "link/moved") == 0)
    return "ok";
  return done(renameat(work, "../secret/file", work, "taken"));
}
const char *twin(void) {
  writes(work, "other");
  return done(renameat(work, "file", work, "other"));
}
