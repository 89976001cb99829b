// Route: maps the page at address zero, where broken code of the kernel would look
// Known from: CVE-2009-2692 (kernel): a null pointer in sendpage
// Refused: EPERM, EACCES, EINVAL
// Twin: maps a page elsewhere
// Unconfined: works for root
#include "attempt.h"
#include <sys/mman.h>

int main(void) {
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  attempt(page == MAP_FAILED ? -1 : 0);
  twin(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
}
