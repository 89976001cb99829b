// Route: Opens, for creating and writing, an existing symbolic link to a file outside.
// Known from: CVE-2024-38358 (Wasmer), CVE-2025-53109 (file system server of MCP)
// Refused: ENOTCAPABLE
// Twin: opens a link to a file inside in the same way
// Unconfined: works
#include "attempt.h"

const char *attempt(void) { return opened(openat(work, "file-link", O_RDWR | O_CREAT, 0600)); }
const char *twin(void) {
  if (symlinkat("file", work, "inside") != 0)
    return named(errno);
  return opened(openat(work, "inside", O_RDWR | O_CREAT, 0600));
}
