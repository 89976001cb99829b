// Route: changes rules that only the first process may change, from another process that takes its number, its file and its place
// Known from: first principles
// Grants: {rules: ['deny(EPERM) read $WORK/way/held'], rules_state: exec, base: system}
// Refused: EPERM
// Twin: a file that no rule is about
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <pthread.h>

static char *held;

static void *ask(void *unused) {
  char *text;
  (void)unused;
  if (access("/dev/cloudabi", F_OK) != 0) return NULL;
  asprintf(&text, "remove deny(EPERM) read %s", held);
  symlink(text, "/dev/cloudabi");
  symlink("state open", "/dev/cloudabi");
  symlink("allow all **", "/dev/cloudabi");
  return NULL;
}

int main(void) {
  held = (char *)at("WORK", "/way/held");
  pid_t first = fork();
  if (first == 0) {
    pthread_t thread;
    setpgid(0, 0);
    setsid();
    ask(NULL);
    pthread_create(&thread, NULL, ask, NULL);
    pthread_join(thread, NULL);
    if (vfork() == 0) {
      ask(NULL);
      _exit(0);
    }
    _exit(0);
  }
  waitpid(first, NULL, 0);
  attempt(open(held, O_RDONLY));
  twin(open(at("WORK", "/file"), O_RDONLY));
}
