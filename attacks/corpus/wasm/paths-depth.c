// Route: Climbs out of a directory two hundred levels deep, step by step, one level more than it went down.
// Known from: first principles: paths too long for runtimes that keep them as text
// Refused: ENOTCAPABLE
// Twin: goes down as far and reads the file there
// Unconfined: works
#include "attempt.h"

#define DEPTH 200
static int bottom(void) {
  int at = openat(work, ".", O_RDONLY | O_DIRECTORY);
  for (int level = 0; level < DEPTH && at >= 0; level++) {
    mkdirat(at, "down", 0700);
    int next = openat(at, "down", O_RDONLY | O_DIRECTORY);
    close(at);
    at = next;
  }
  return at;
}
const char *attempt(void) {
  int deep = bottom();
  if (deep < 0)
    return "no-bottom";
  char up[DEPTH * 3 + 32] = "";
  for (int level = 0; level <= DEPTH; level++)
    memcpy(up + level * 3, "../", 4);
  strcat(up, "secret/file");
  return reads(deep, up);
}
const char *twin(void) {
  int deep = bottom();
  const char *answer = writes(deep, "file");
  return strcmp(answer, "ok") == 0 ? reads(deep, "file") : answer;
}
