// Route: Calls by the numbers of x32, which a filter of x86-64 numbers alone does not know
// Known from: CVE-2014-0038 and filters that forgot the bit of x32
// Refused: SIGSYS
// Twin: makes a call of CloudABI
// Unconfined: cannot run: a CloudABI executable needs its supervisor
#include "attempt.h"

const char *attempt(void) {
  linux_call(0x40000000 + 257, -100, (long)"/etc/passwd", 0, 0, 0);
  return "ok";
}
const char *twin(void) { return reads_file(); }
