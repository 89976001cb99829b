// Route: Gives a file outside a second name inside: by dots, through a link to its directory, by a link to itself.
// Known from: hard links against chroot and containers; CVE-2024-38358 (Wasmer) for links that are followed
// Refused: ENOTCAPABLE, ENOENT
// Twin: gives a file inside a second name
// Unconfined: works
#include "attempt.h"

const char *attempt(void) {
  if (linkat(work, "link/file", work, "stolen", 0) == 0 || linkat(work, "../secret/file", work, "stolen", 0) == 0)
    return reads(work, "stolen");
  if (linkat(work, "file-link", work, "stolen", AT_SYMLINK_FOLLOW) != 0)
    return named(errno);
  return reads(work, "stolen");
}
const char *twin(void) { return linkat(work, "file", work, "twice", 0) == 0 ? reads(work, "twice") : named(errno); }
