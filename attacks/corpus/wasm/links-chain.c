// Route: Chains thirty links to directories of each other, of which only the last one leads out.
// Known from: CVE-2025-55130 (Node permission model, chains of directories and links)
// Refused: ENOTCAPABLE
// Twin: a chain as long that ends inside
// Unconfined: works
#include "attempt.h"

static const char *follows_chain(char letter, const char *end) {
  char name[8], target[8];
  for (int at = 0; at < 30; at++) {
    snprintf(name, sizeof(name), "%c%d", letter, at);
    snprintf(target, sizeof(target), "%c%d", letter, at + 1);
    if (symlinkat(at == 29 ? end : target, work, name) != 0)
      return named(errno);
  }
  snprintf(name, sizeof(name), "%c0/file", letter);
  return reads(work, name);
}
const char *attempt(void) { return follows_chain('a', "../secret"); }
const char *twin(void) { return follows_chain('b', "."); }
