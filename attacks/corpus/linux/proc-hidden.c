// Route: reads files about the machine in a /proc that shows only processes
// Known from: CVE-2025-31133 (runc): masked files of /proc
// Grants: { proc: processes }
// Refused: ENOENT
// Twin: reads a file about its own process
// Unconfined: works
// Worlds: walls
#include "attempt.h"
int main(void) {
  attempt(open("/proc/kallsyms", O_RDONLY));
  twin(open("/proc/self/maps", O_RDONLY));
}
