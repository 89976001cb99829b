// Route: moves away the directory above a file that is granted for reading within one that may be changed
// Known from: PostHog/posthog#87021 (deny lists of agent sandboxes), first principles
// Grants: { files: { $WORK/way/held: !file { path: $WORK/way/held, rights: read } } }
// Refused: EBUSY
// Twin: moves another file of the directory that may be changed
// Unconfined: works
// Worlds: walls
#include "attempt.h"
int main(void) {
  attempt(rename(at("WORK", "/way"), at("WORK", "/gone")));
  twin(rename(at("WORK", "/file"), at("WORK", "/moved")));
}
