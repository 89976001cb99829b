// Route: writes into pages of a file that it may only read while another thread throws them away
// Known from: CVE-2016-5195 (kernel, "Dirty COW"), CVE-2022-2590 (kernel)
// Refused: unchanged
// Twin: changes its own copy
// Unconfined: cannot run: the kernels of today copy the page, which is a refusal too
#include "attempt.h"
#include <pthread.h>
#include <sys/mman.h>

static char *page;
static volatile int over;

static void *forget(void *unused) {
  while (!over) madvise(page, 4096, MADV_DONTNEED);
  return unused;
}

int main(void) {
  pthread_t thread;
  char now[8] = {0};
  int file = open(at("READ", "/file"), O_RDONLY);
  page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  pthread_create(&thread, NULL, forget, NULL);
  for (int i = 0; i < 20000; i++) memcpy(page, "changed", 7);
  over = 1;
  pthread_join(thread, NULL);
  memcpy(page, "changed", 7);
  twin(memcmp(page, "changed", 7) == 0 ? 0 : -1);
  pread(file, now, 7, 0);
  answer("attempt", strcmp(now, "content") == 0 ? "unchanged" : "ok");
}
