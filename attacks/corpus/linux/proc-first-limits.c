// Route: reads and changes kernel settings of the first process, which built its walls
// Known from: CVE-2016-9962 (runc): the first process can be reached before it is hidden
// Grants: { proc: true }
// Refused: nothing
// Twin: does the same to itself
// Unconfined: cannot run: the first process of a machine is not ours
// Worlds: walls
#include "attempt.h"

static const char *const reads[] = {"environ", "maps", "auxv", "mem", "stack", "syscall", "io", "fd/0", "pagemap"};

static int try(const char *process) {
  int done = 0;
  for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
    char path[64], byte;
    snprintf(path, sizeof path, "/proc/%s/%s", process, reads[i]);
    int file = open(path, O_RDONLY | O_NONBLOCK);
    if (file != -1 && (read(file, &byte, 1) == 1 || strcmp(reads[i], "mem") == 0)) done++;
  }
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/comm", process);
  int file = open(path, O_WRONLY);
  if (file != -1 && write(file, "changed", 7) == 7) done++;
  return done;
}

int main(void) {
  answer("attempt", try("1") == 0 ? "nothing" : "ok");
  twin(try("self") > 0 ? 0 : -1);
}
