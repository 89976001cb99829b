// Route: Reads a file above the granted directory with `..`.
// Known from: CVE-2023-30584 (Node permission model)
// Refused: ENOTCAPABLE
// Twin: reads a file in the granted directory
// Unconfined: works
#include "attempt.h"

const char *attempt(void) { return reads(readable, "../secret/file"); }
const char *twin(void) { return reads(readable, "file"); }
