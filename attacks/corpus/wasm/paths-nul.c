// Route: Hides the end of a path behind a NUL, so that a check and the host see different paths.
// Known from: CVE-2006-7243 (PHP), the shape of every check on counted strings before C strings
// Refused: EINVAL, EILSEQ
// Twin: the part before the NUL
// Unconfined: cannot run: strings of C end at the NUL
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

static const char *path_of_length(const char *path, uint32_t length) {
  uint32_t fd = 0;
  int error = raw_path_open((uint32_t)readable, 0, ADDRESS(path), length, 0, 2, 0, 0, ADDRESS(&fd));
  if (error == 0)
    close((int)fd);
  return named(error);
}
const char *attempt(void) {
  static const char path[] = "file\0/../../secret/file";
  return path_of_length(path, sizeof(path) - 1);
}
const char *twin(void) { return path_of_length("file", 4); }
