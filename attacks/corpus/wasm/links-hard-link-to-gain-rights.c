// Route: Gives a file that may only be read a second name where everything may be done, and writes to it.
// Known from: CVE-2026-58494 (Wasmtime, hard links and renames that widen the rights to a file)
// Refused: ENOTCAPABLE, EXDEV, EACCES
// Twin: the other way round nothing is gained, and reading works
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  if (linkat(readable, "file", work, "mine", 0) != 0)
    return named(errno);
  return opened(openat(work, "mine", O_WRONLY));
}
const char *twin(void) { return reads(readable, "file"); }
