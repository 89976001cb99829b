// Route: A thread changes the lengths and addresses of vectors to impossible ones while they are read into.
// Known from: double fetches; Jurczyk and Coldwind, Bochspwn (2013)
// Refused: contained
// Twin: the vectors are read into while no thread changes them
// Unconfined: cannot run: a process can crash itself
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"
#include <pthread.h>
#include <stdatomic.h>

struct vector {
  uint32_t address, length;
};
static volatile struct vector vectors[4];
static char target[64];
static atomic_bool changing;
static void *change(void *unused) {
  (void)unused;
  while (changing)
    for (int at = 0; at < 4; at++) {
      vectors[at].length = UINT32_MAX;
      vectors[at].address = UINT32_MAX - 4;
      vectors[at].address = ADDRESS(target);
      vectors[at].length = 4;
    }
  return NULL;
}
static int reads_vectors(int fd) {
  uint32_t length = 0;
  for (int at = 0; at < 4; at++) {
    vectors[at].address = ADDRESS(target);
    vectors[at].length = 4;
  }
  lseek(fd, 0, SEEK_SET);
  return raw_fd_read((uint32_t)fd, ADDRESS(vectors), 4, ADDRESS(&length));
}
const char *attempt(void) {
  changing = true;
  pthread_t thread;
  if (pthread_create(&thread, NULL, change, NULL) != 0)
    return "no-thread";
  int fd = openat(readable, "file", O_RDONLY);
  const char *answer = "contained";
  for (struct race race = begin_race(); race_goes_on(&race);) {
    int error = reads_vectors(fd);
    // Addresses may be any within the memory, so what is read can land anywhere in it, and nowhere else.
    if (error != 0 && error != EFAULT && error != EINVAL)
      answer = named(error);
  }
  changing = false;
  pthread_join(thread, NULL);
  close(fd);
  return answer;
}
const char *twin(void) {
  int fd = openat(readable, "file", O_RDONLY);
  const char *answer = named(reads_vectors(fd));
  close(fd);
  return answer;
}
