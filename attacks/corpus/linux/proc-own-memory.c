// Route: writes read-only memory of a file that it may only read, through /proc/self/mem
// Known from: CVE-2016-5195 (kernel, "Dirty COW")
// Grants: { proc: true }
// Refused: EROFS, EACCES, unchanged
// Twin: writes its own memory directly
// Unconfined: cannot run: the kernels of today copy the page, which is a refusal too
// Worlds: walls
#include "attempt.h"
#include <sys/mman.h>

int main(void) {
  int file = open(at("READ", "/file"), O_RDONLY);
  char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
  int memory = open("/proc/self/mem", O_RDWR);
  if (memory != -1) pwrite(memory, "changed", 7, (off_t)page);
  char now[8] = {0};
  pread(file, now, 7, 0);
  if (memory == -1) attempt(-1);
  else answer("attempt", strcmp(now, "content") == 0 ? "unchanged" : "ok");
  twin(0);
}
