// Route: moves a file of its own over one that is granted for reading within a directory that may be changed
// Known from: PostHog/posthog#87021 (deny lists of agent sandboxes), first principles
// Grants: { files: { $WORK/way/held: !file { path: $WORK/way/held, rights: read } } }
// Refused: EBUSY, EXDEV
// Twin: moves it over another
// Unconfined: works
// Worlds: walls
#include "attempt.h"
int main(void) {
  fclose(fopen(at("WORK", "/mine"), "w"));
  attempt(rename(at("WORK", "/mine"), at("WORK", "/way/held")));
  twin(rename(at("WORK", "/mine"), at("WORK", "/file")));
}
