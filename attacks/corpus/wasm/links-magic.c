// Route: Makes links to the magic links of /proc, which lead to open files and to the root of the host.
// Known from: CVE-2019-5736 (runc), CVE-2024-34346 (Deno)
// Refused: ENOTCAPABLE, EPERM, ELOOP
// Twin: a link to a link inside is followed
// Unconfined: works
#include "attempt.h"

static const char *const targets[] = {"/proc/self/exe", "/proc/self/maps", "/proc/self/environ", "/proc/self/fd/0",
                                      "../../../../../../../../proc/self/root/etc/passwd"};

const char *attempt(void) {
  const char *answer = "none";
  for (size_t at = 0; at < sizeof(targets) / sizeof(targets[0]); at++) {
    if (symlinkat(targets[at], work, "magic") != 0)
      return named(errno);
    answer = reads(work, "magic");
    unlinkat(work, "magic", 0);
    if (strcmp(answer, "ok") == 0)
      return answer;
  }
  return answer;
}
const char *twin(void) {
  symlinkat("file", work, "one");
  symlinkat("one", work, "two");
  return reads(work, "two");
}
