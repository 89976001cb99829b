// Route: opens more descriptors than it may
// Known from: first principles
// Grants: { limits: { open_files: 32 } }
// Refused: EMFILE
// Twin: opens a few
// Unconfined: works
#include "attempt.h"
#include <sys/resource.h>

int main(void) {
  struct rlimit limit = {4096, 4096};
  setrlimit(RLIMIT_NOFILE, &limit);
  int last = 0, count = 0;
  while (count < 200 && (last = dup(0)) != -1) count++;
  attempt(last);
  close(count > 4 ? 10 : 0);
  twin(dup(1));
}
