// Route: Sets the times of a file that may only be read, through a descriptor and by its name.
// Known from: CVE-2025-55132 and CVE-2026-48935 (Node permission model), CVE-2025-61785 (Deno)
// Refused: ENOTCAPABLE
// Twin: sets the times of a file that may be changed
// Unconfined: works
#include "attempt.h"

static const struct timespec long_ago[] = {{.tv_sec = 1}, {.tv_sec = 1}};

const char *attempt(void) {
  int fd = openat(readable, "file", O_RDONLY);
  if (fd < 0)
    return "no-file";
  if (futimens(fd, long_ago) == 0)
    return "ok";
  return done(utimensat(readable, "file", long_ago, 0));
}
const char *twin(void) { return done(utimensat(work, "file", long_ago, 0)); }
