// Route: Computes for ever, so that the program cannot be asked to end.
// Known from: first principles; endless loops, against which Wasmtime has fuel and epochs
// Grants: { limits: { wallClock: 1500 } }
// Refused: limit-wall_clock
// Twin: computes for a moment
// Unconfined: cannot run: it would not end
#include "attempt.h"

static volatile unsigned counter;
const char *attempt(void) {
  for (;;)
    counter++;
}
const char *twin(void) {
  for (int round = 0; round < 1000; round++)
    counter++;
  return "ok";
}
