// Route: makes all of its memory executable by its personality
// Known from: CVE-2016-0728's exploits and others relied on READ_IMPLIES_EXEC (personality(2))
// Refused: EPERM
// Twin: asks for its personality
// Unconfined: works
#include "attempt.h"
#include <sys/personality.h>

int main(void) {
  twin(personality(0xffffffff));
  attempt(personality(READ_IMPLIES_EXEC));
}
