// Route: Asks for the attributes of a file outside, by dots, by a link, and by the name of the directory above.
// Known from: CVE-2024-22018 (Node permission model), CVE-2025-61786 (Deno)
// Refused: ENOTCAPABLE
// Twin: asks for those of a file inside and of the link itself
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  struct stat found;
  if (fstatat(work, "link/file", &found, 0) == 0 || fstatat(work, "..", &found, 0) == 0)
    return "ok";
  return done(fstatat(readable, "../secret/file", &found, 0));
}
const char *twin(void) {
  struct stat found;
  if (fstatat(work, "file-link", &found, AT_SYMLINK_NOFOLLOW) != 0)
    return named(errno);
  return done(fstatat(work, "file", &found, 0));
}
