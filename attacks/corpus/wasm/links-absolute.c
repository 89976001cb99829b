// Route: Makes links to absolute paths, of the root and of the file itself, and follows them.
// Known from: CVE-2024-38358 (Wasmer) for links that lead out; Wasmtime refuses to make such links
// Refused: ENOTCAPABLE, EPERM
// Twin: a relative link is followed
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  char path[4096];
  snprintf(path, sizeof(path), "%s/secret/file", base);
  if (symlinkat(path, work, "absolute") == 0 && strcmp(reads(work, "absolute"), "ok") == 0)
    return "ok";
  if (symlinkat("/", work, "top") != 0)
    return named(errno);
  snprintf(path, sizeof(path), "top/%s/secret/file", base);
  return reads(work, path);
}
const char *twin(void) {
  if (symlinkat(".", work, "here") != 0)
    return named(errno);
  return reads(work, "here/here/file");
}
