// Route: makes all of its memory executable by its personality
// Known from: personality(2): READ_IMPLIES_EXEC
// Refused: EPERM
// Twin: asks for its personality
// Unconfined: works
#include "attempt.h"
#include <sys/personality.h>

int main(void) {
  twin(personality(0xffffffff));
  attempt(personality(READ_IMPLIES_EXEC));
}
