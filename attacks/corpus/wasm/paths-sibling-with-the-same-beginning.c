// Route: Opens a directory beside the granted one whose name begins like its name.
// Known from: CVE-2025-53110 (file system server of MCP), which compared the beginnings of paths
// Refused: ENOTCAPABLE
// Twin: makes a directory of that name inside
// Unconfined: works
#include "attempt.h"

// The run without walls makes `work-not`; a confined program that could make it would have left already.
const char *attempt(void) { return done(mkdirat(work, "../work-not", 0700)); }
const char *twin(void) { return done(mkdirat(work, "work-not", 0700)); }
