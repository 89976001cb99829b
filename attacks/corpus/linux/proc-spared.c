// Route: has itself spared when memory runs out, so that others are ended
// Known from: redis and browsers do it to themselves where they may
// Grants: { proc: true }
// Refused: EACCES, EPERM
// Twin: offers itself to be ended first
// Unconfined: cannot run: root may lack the capability, and would be spared
// Worlds: walls
#include "attempt.h"

static long adjust(const char *text) {
  int file = open("/proc/self/oom_score_adj", O_WRONLY);
  return file == -1 ? -1 : write(file, text, strlen(text));
}

int main(void) {
  attempt(adjust("-900"));
  twin(adjust("900"));
}
