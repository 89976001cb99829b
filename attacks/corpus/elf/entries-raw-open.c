// Route: Opens a file by a path with a system call of Linux, by an instruction of its own
// Known from: first principles; the emulator of the original ran programs without any wall
// Refused: SIGSYS
// Twin: opens a file beneath the granted directory by a call of CloudABI
// Unconfined: cannot run: a CloudABI executable needs its supervisor
#include "attempt.h"

const char *attempt(void) { return linux_call(257, -100, (long)"/etc/passwd", 0, 0, 0) >= 0 ? "ok" : "EPERM"; }
const char *twin(void) { return reads_file(); }
