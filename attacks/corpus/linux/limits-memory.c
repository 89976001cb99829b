// Route: takes more memory than it may, in several processes
// Known from: limits that hold each process by itself
// Grants: { limits: { memory: 64 MiB } }
// Refused: killed, limit-memory
// Twin: takes a little
// Unconfined: works
// Worlds: walls-root, landlock-root
#include "attempt.h"
int main(void) {
  char *little = malloc(1 << 20);
  memset(little, 1, 1 << 20);
  twin(0);
  for (int i = 0; i < 4; i++)
    if (fork() == 0) {
      volatile char *much = malloc(32 << 20);
      for (size_t i = 0; i < 32 << 20; i += 4096) much[i] = 1;
      sleep(3);
      _exit(0);
    }
  for (int i = 0; i < 4; i++) {
    int status;
    wait(&status);
    if (WIFSIGNALED(status)) {
      answer("attempt", "killed");
      return 0;
    }
  }
  attempt(0);
}
