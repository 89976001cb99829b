// Route: Follows links that lead to each other, to hang or exhaust a runtime that resolves paths by itself.
// Known from: CVE-2024-38358 (Wasmer) for links that crash the runtime that follows them
// Refused: ELOOP
// Twin: forty links less one are followed
// Unconfined: cannot run: the host refuses loops, too
#include "attempt.h"

const char *attempt(void) {
  symlinkat("pong/x", work, "ping");
  symlinkat("ping/x", work, "pong");
  return reads(work, "ping");
}
const char *twin(void) {
  char name[8], target[8] = "file";
  for (int at = 0; at < 39; at++) {
    snprintf(name, sizeof(name), "n%d", at);
    if (symlinkat(target, work, name) != 0)
      return named(errno);
    strcpy(target, name);
  }
  return reads(work, target);
}
