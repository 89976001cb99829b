// Route: makes children without end
// Known from: fork bombs
// Grants: { limits: { processes: 20 } }
// Refused: EAGAIN
// Twin: makes one
// Unconfined: cannot run: a fork bomb would harm the host
// Worlds: walls-root, landlock-root
#include "attempt.h"
int main(void) {
  pid_t child = fork();
  if (child == 0) _exit(0);
  twin(child);
  waitpid(child, NULL, 0);
  for (int i = 0; i < 100 && (child = fork()) != -1; i++)
    if (child == 0) {
      pause();
      _exit(0);
    }
  attempt(child);
  signal(SIGTERM, SIG_IGN);
  kill(0, SIGTERM);
}
