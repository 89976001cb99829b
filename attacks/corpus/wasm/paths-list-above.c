// Route: Opens the directory above and lists it.
// Known from: CVE-2023-30584 (Node permission model)
// Refused: ENOTCAPABLE
// Twin: lists the granted directory
// Unconfined: works
#include "attempt.h"
#include <dirent.h>

static const char *lists(const char *path) {
  int fd = openat(readable, path, O_RDONLY | O_DIRECTORY);
  if (fd < 0)
    return named(errno);
  DIR *directory = fdopendir(fd);
  const char *answer = readdir(directory) != NULL ? "ok" : named(errno);
  closedir(directory);
  return answer;
}
const char *attempt(void) { return lists(".."); }
const char *twin(void) { return lists("."); }
