// Route: Makes a relative symbolic link that leads out of the directory, and follows it.
// Known from: CVE-2025-43853 (WAMR), CVE-2025-55130 (Node permission model)
// Refused: ENOTCAPABLE
// Twin: makes a link that stays inside, and follows it
// Unconfined: works
#include "attempt.h"

static const char *follows(const char *target) {
  if (symlinkat(target, work, "planted") != 0)
    return named(errno);
  const char *answer = reads(work, "planted");
  unlinkat(work, "planted", 0);
  return answer;
}
const char *attempt(void) { return follows("../secret/file"); }
const char *twin(void) { return follows("./file"); }
