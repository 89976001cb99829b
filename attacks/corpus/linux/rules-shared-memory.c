// Route: changes a path in memory that two processes share while a call of one is judged
// Known from: Watson 2007, Exploiting Concurrency Vulnerabilities in System Call Wrappers (Systrace)
// Grants: {rules: ['hide $WORK/way/held']}
// Refused: ENOENT
// Twin: opens the file of its own by the same memory
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <sys/mman.h>

struct shared {
  char path[4096];
  volatile int over, turns;
};

static int reads(int descriptor) {
  char byte;
  return descriptor != -1 && pread(descriptor, &byte, 1, 0) == 1;
}

int main(void) {
  struct shared *both = mmap(NULL, sizeof *both, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  char *good = at("WORK", "/way/mine"), *bad = at("WORK", "/way/held");
  int found = -1;
  close(open(good, O_WRONLY | O_CREAT, 0644));
  strcpy(both->path, good);
  pid_t child = fork();
  if (child == 0) {
    for (; !both->over; both->turns++) {
      strcpy(both->path, bad);
      strcpy(both->path, good);
    }
    _exit(0);
  }
  for (int i = 0; (i < 20000 || both->turns < 1000000) && found == -1; i++) {
    int descriptor = open(both->path, O_RDONLY);
    if (reads(descriptor)) found = descriptor;
    else if (descriptor != -1) close(descriptor);
  }
  both->over = 1;
  waitpid(child, NULL, 0);
  errno = ENOENT;
  attempt(found);
  twin(open(good, O_RDONLY));
}
