// Route: A thread closes a descriptor and opens another file under its number while bytes are written to the first.
// Known from: CVE-2024-27933 (Deno, numbers of descriptors closed by others)
// Refused: contained
// Twin: both files are written to while no thread closes a descriptor
// Unconfined: cannot run: a program without rights on descriptors has none to lose
#include "attempt.h"
#include <pthread.h>
#include <stdatomic.h>

static atomic_bool replacing;
static atomic_int number = -1;
static void *replace(void *unused) {
  (void)unused;
  while (replacing) {
    int fd = openat(readable, "file", O_RDONLY);
    number = fd;
    close(fd);
    fd = openat(work, "scratch", O_RDWR | O_CREAT, 0600);
    number = fd;
    close(fd);
  }
  return NULL;
}
// The runner sees whether the file that may only be read has changed.
const char *attempt(void) {
  replacing = true;
  pthread_t thread;
  if (pthread_create(&thread, NULL, replace, NULL) != 0)
    return "no-thread";
  struct stat inside, found;
  fstatat(readable, "file", &inside, 0);
  bool changed = false;
  for (struct race race = begin_race(); race_goes_on(&race);) {
    int fd = number;
    write(fd, "overwritten", 11);
    ftruncate(fd, 3);
  }
  replacing = false;
  pthread_join(thread, NULL);
  changed = fstatat(readable, "file", &found, 0) != 0 || found.st_size != inside.st_size;
  return changed ? "ok" : "contained";
}
const char *twin(void) { return strcmp(reads(readable, "file"), "ok") == 0 ? writes(work, "scratch") : "unread"; }
