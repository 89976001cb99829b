// Route: A thread waits in a read of one descriptor while another closes it and opens a file under the same number,
//   without the right to read it.
// Known from: first principles; a close that another thread's call outlives
// Refused: contained
// Grants: { journal: none }
// Twin: the message is read while no thread closes a descriptor
// Unconfined: cannot run: a program without rights on descriptors has none to lose
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int blocked = -1;
static atomic_bool waiting, finished, wrong;
// The bytes must be those that were sent, or the read must fail: the file may not be read by the new descriptor.
static void *blockedReader(void *unused) {
  (void)unused;
  char byte = 0;
  waiting = true;
  ssize_t length = read(blocked, &byte, 1);
  if (length == 1 && byte != '!')
    wrong = true;
  finished = true;
  return NULL;
}
// Open for reading and writing as far as the host knows, so that its own check does not do.
static int openUnreadable(void) {
  const cloudabi_lookup_t lookup = {.fd = (cloudabi_fd_t)work};
  const cloudabi_fdstat_t rights = {.fs_rights_base = CLOUDABI_RIGHT_FD_WRITE | CLOUDABI_RIGHT_FD_SEEK |
                                                      CLOUDABI_RIGHT_MEM_MAP};
  cloudabi_fd_t fd;
  return cloudabi_sys_file_open(lookup, "unreadable", 10, 0, &rights, &fd) == 0 ? (int)fd : -1;
}
static bool onceAround(bool closes) {
  cloudabi_fd_t ends[2];
  if (cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &ends[0], &ends[1]) != 0)
    return false;
  blocked = (int)ends[0];
  waiting = finished = false;
  pthread_t thread;
  if (pthread_create(&thread, NULL, blockedReader, NULL) != 0)
    return false;
  while (!waiting)
    usleep(100);
  usleep(300);
  int files[16], count = 0;
  if (closes) {
    close((int)ends[0]);
    while (count < 16) {
      files[count] = openUnreadable();
      if (files[count] < 0)
        return false;
      if (files[count++] == (int)ends[0])
        break;
    }
  }
  // Its own descriptor is held until the end of the call, so that it still arrives.
  write((int)ends[1], "!", 1);
  usleep(100);
  if (!finished)
    close((int)ends[1]);
  pthread_join(thread, NULL);
  while (count > 0)
    close(files[--count]);
  if (!closes)
    close((int)ends[0]);
  close((int)ends[1]);
  return true;
}
const char *attempt(void) {
  if (strcmp(writes(work, "unreadable"), "ok") != 0)
    return "no-file";
  for (int round = 0; round < 40 && !wrong; round++)
    if (!onceAround(true))
      return "no-thread";
  return wrong ? "ok" : "contained";
}
const char *twin(void) { return onceAround(false) && !wrong ? "ok" : "lost"; }
