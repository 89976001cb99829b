// Route: reads what the kernel says about the machine when only processes are shown
// Known from: CVE-2025-31133 (runc): masked files of /proc
// Grants: { proc: processes }
// Refused: ENOENT
// Twin: reads what it says about the process
// Unconfined: works
// Worlds: walls
#include "attempt.h"
int main(void) {
  attempt(open("/proc/kallsyms", O_RDONLY));
  twin(open("/proc/self/maps", O_RDONLY));
}
