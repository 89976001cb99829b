// Route: exchanges the directory above a file that is granted for reading with one of its own making
// Known from: PostHog/posthog#87021 (deny lists of agent sandboxes), first principles
// Grants: { files: { $WORK/way/held: !file { path: $WORK/way/held, rights: read } } }
// Refused: EBUSY
// Twin: exchanges two others
// Unconfined: works
// Worlds: walls
#include "attempt.h"
int main(void) {
  mkdir(at("WORK", "/mine"), 0700);
  mkdir(at("WORK", "/yours"), 0700);
  attempt(renameat2(AT_FDCWD, at("WORK", "/mine"), AT_FDCWD, at("WORK", "/way"), RENAME_EXCHANGE));
  twin(renameat2(AT_FDCWD, at("WORK", "/mine"), AT_FDCWD, at("WORK", "/yours"), RENAME_EXCHANGE));
}
