// Route: A thread is held up in writing to a socket; another closes the number, opens a file under it that may only be
//   read, and lets the first one go on.
// Known from: CVE-2024-27933 (Deno, numbers of descriptors closed by others), dup2(2) on a call under way
// Grants: { journal: none }
// Refused: contained
// Twin: the bytes arrive when no thread closes a descriptor
// Unconfined: cannot run: a program without rights on descriptors has none to lose
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <pthread.h>
#include <stdatomic.h>

// More than a socket takes at once.
static char bytes[1 << 20];
static atomic_int number = -1;
static atomic_bool begun;
static void *fill(void *unused) {
  (void)unused;
  begun = true;
  for (size_t sent = 0; sent < sizeof bytes;) {
    ssize_t more = write(number, bytes + sent, sizeof bytes - sent);
    if (more <= 0)
      return NULL;
    sent += (size_t)more;
  }
  return NULL;
}
static bool drain(cloudabi_fd_t from) {
  static char room[1 << 16];
  return read((int)from, room, sizeof room) > 0;
}
static const char *round_trip(void) {
  cloudabi_fd_t ends[2];
  if (cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &ends[0], &ends[1]) != 0)
    return "no-sockets";
  number = (int)ends[0];
  begun = false;
  pthread_t thread;
  if (pthread_create(&thread, NULL, fill, NULL) != 0)
    return "no-thread";
  while (!begun)
    ;
  // Something has arrived, so that the thread is in its call or between two.
  size_t drained = drain(ends[1]) ? 1 : 0;
  close(number);
  int file = openat(readable, "file", O_RDONLY);
  while (drain(ends[1]))
    drained++;
  pthread_join(thread, NULL);
  close(file);
  close((int)ends[1]);
  return drained > 0 ? "ok" : "nothing";
}
// The runner sees whether the file that may only be read has changed.
const char *attempt(void) {
  struct stat inside, found;
  fstatat(readable, "file", &inside, 0);
  for (int round = 0; round < 20; round++) {
    const char *said = round_trip();
    if (strcmp(said, "ok") != 0)
      return said;
  }
  bool changed = fstatat(readable, "file", &found, 0) != 0 || found.st_size != inside.st_size;
  return changed ? "ok" : "contained";
}
static void *take(void *from) {
  size_t *ends = from;
  while (drain((cloudabi_fd_t)*ends))
    ;
  return NULL;
}
const char *twin(void) {
  cloudabi_fd_t ends[2];
  if (cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &ends[0], &ends[1]) != 0)
    return "no-sockets";
  number = (int)ends[0];
  pthread_t thread;
  size_t other = ends[1];
  if (pthread_create(&thread, NULL, take, &other) != 0)
    return "no-thread";
  fill(NULL);
  close(number);
  pthread_join(thread, NULL);
  return "ok";
}
