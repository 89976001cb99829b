// Route: maps another user to itself without a namespace of its own, through /proc/self/uid_map
// Known from: CVE-2018-18955, CVE-2022-0492 (kernel) in shape: maps that give powers
// Grants: { proc: true }
// Refused: EPERM, EACCES
// Twin: reads the map
// Unconfined: cannot run: a map can be written only once
// Worlds: walls
#include "attempt.h"

static long map(const char *path) {
  int file = open(path, O_WRONLY);
  return file == -1 ? -1 : write(file, "0 0 1", 5);
}

int main(void) {
  long result = map("/proc/self/uid_map");
  if (result == -1) result = map("/proc/1/uid_map");
  attempt(result);
  twin(open("/proc/self/uid_map", O_RDONLY));
}
