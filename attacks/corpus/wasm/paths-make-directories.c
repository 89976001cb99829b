// Route: Makes a directory and a link outside: by dots, through a link, and where only reading was granted.
// Known from: CVE-2024-27931 (Deno, names of temporary files with dots in them)
// Refused: ENOTCAPABLE
// Twin: makes both inside
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  if (mkdirat(work, "link/made", 0700) == 0 || mkdirat(readable, "made", 0700) == 0)
    return "ok";
  if (symlinkat("file", work, "link/a-link") == 0)
    return "ok";
  return done(mkdirat(work, "../secret/made", 0700));
}
const char *twin(void) {
  if (symlinkat("file", work, "a-link") != 0)
    return named(errno);
  return done(mkdirat(work, "made", 0700));
}
