// Route: asks where pages of a neighbour lie
// Known from: move_pages(2): a view of another process' memory
// Refused: ENOSYS
// Twin: asks which of its own pages are in memory
// Unconfined: works
#include "attempt.h"
#include <sys/mman.h>

int main(void) {
  void *pages[1] = {(void *)0x400000};
  int status[1];
  unsigned char present;
  attempt(syscall(SYS_move_pages, atoi(getenv("VICTIM")), 1, pages, NULL, status, 0));
  void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  twin(mincore(page, 4096, &present));
}
