// Route: Asks for a link not to be followed, but ends its name with a slash or a dot, which follows it.
// Known from: GHSA-vqjp-4c8c-hfgg (Wasmtime, trailing slashes); openat(2) on O_NOFOLLOW and such slashes
// Refused: ENOTCAPABLE, ENOTDIR
// Twin: a link to a directory inside is followed in the same way
// Unconfined: works
#include "attempt.h"

static const char *opens_directory(const char *path) {
  return opened(openat(work, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
}
const char *attempt(void) {
  const char *slash = opens_directory("link/");
  if (strcmp(slash, "ok") == 0) return slash;
  const char *dot = opens_directory("link/.");
  return strcmp(dot, "ok") == 0 ? dot : opens_directory("link/folder");
}
const char *twin(void) {
  mkdirat(work, "plain", 0700);
  symlinkat("plain", work, "to-plain");
  return opens_directory("to-plain/.");
}
