// Route: Opens a FIFO without a writer, which waits for ever in a call.
// Known from: first principles; special files among plain ones
// Grants: { limits: { wallClock: 1500 }, fifo: true }
// Refused: limit-wall_clock, ENXIO, EAGAIN, ENOTCAPABLE
// Twin: opens a file beside it
// Unconfined: cannot run: it would not end
#include "attempt.h"

const char *attempt(void) { return opened(openat(work, "fifo", O_RDONLY)); }
const char *twin(void) { return reads(work, "file"); }
