// Route: widens rules that may only become narrower: by rules above them, by taking them out, by states, and by opening while they change
// Known from: first principles
// Grants: {rules: ['deny(EPERM) read $WORK/way/held', 'deny(EPERM) change $WORK/way/**'], rules_state: drop, base: system}
// Refused: EPERM
// Twin: reads a file that no rule is about, by rules that changed
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <pthread.h>
#include <stdatomic.h>

static atomic_int ends, found = -1;
static char *held;

static void *opens(void *unused) {
  (void)unused;
  while (!ends && found == -1) {
    int fd = open(held, O_RDONLY);
    if (fd != -1) found = fd;
  }
  return NULL;
}

/* A text for the rules of the program; outside there are none, and none are needed. */
static void ask(const char *text) {
  if (access("/dev/cloudabi", F_OK) == 0) symlink(text, "/dev/cloudabi");
}

int main(void) {
  pthread_t threads[3];
  char *text;
  held = (char *)at("WORK", "/way/held");
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, opens, NULL);
  const char *wide[] = {"allow all %s", "log read %s", "remove deny(EPERM) read %s", "ask read %s", "mask %s", "append %s", "allow all %s for /**"};
  ask("state open");
  ask("state exec");
  ask("allow all **");
  ask("");
  for (int turn = 0; turn < 20; turn++) {
    for (unsigned i = 0; i < sizeof wide / sizeof *wide; i++) {
      asprintf(&text, wide[i], held);
      ask(text);
    }
    asprintf(&text, "deny write /never/%d", turn);
    ask(text);
  }
  if (fork() == 0) {
    ask("state open");
    ask("allow all **");
    _exit(0);
  }
  wait(NULL);
  ask("state sealed");
  ask("state open");
  ends = 1;
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  attempt(found == -1 ? open(held, O_RDONLY) : found);
  twin(open(at("WORK", "/file"), O_RDONLY));
}
