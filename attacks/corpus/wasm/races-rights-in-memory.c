// Route: A thread changes the rights in a record between few and all of them while a file is opened with that record.
// Known from: double fetches; Jurczyk and Coldwind, Bochspwn (2013)
// Refused: ENOTCAPABLE, never
// Twin: the file is opened with few rights, and has those
// Unconfined: cannot run: there are no rights without us
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <pthread.h>
#include <stdatomic.h>

static volatile cloudabi_fdstat_t wanted;
static atomic_bool changing;
static void *change(void *unused) {
  (void)unused;
  while (changing) {
    wanted.fs_rights_base = UINT64_MAX;
    wanted.fs_rights_base = CLOUDABI_RIGHT_FD_READ;
  }
  return NULL;
}
static const char *opens(cloudabi_fdstat_t *rights) {
  const cloudabi_lookup_t lookup = {.fd = (cloudabi_fd_t)readable};
  cloudabi_fd_t fd;
  int error = cloudabi_sys_file_open(lookup, "file", 4, 0, (const cloudabi_fdstat_t *)&wanted, &fd);
  if (error != 0)
    return named(error);
  cloudabi_sys_fd_stat_get(fd, rights);
  // A read-only file cannot be truncated, for every value of the record.
  const char *answer = ftruncate((int)fd, 0) == 0 || write((int)fd, "x", 1) == 1 ? "cut" : "ok";
  close((int)fd);
  return answer;
}
const char *attempt(void) {
  wanted.fs_rights_base = CLOUDABI_RIGHT_FD_READ;
  changing = true;
  pthread_t thread;
  if (pthread_create(&thread, NULL, change, NULL) != 0)
    return "no-thread";
  const char *answer = "never";
  for (struct race race = begin_race(); race_goes_on(&race);) {
    cloudabi_fdstat_t rights = {0};
    const char *now = opens(&rights);
    if (strcmp(now, "ok") == 0 && (rights.fs_rights_base & ~CLOUDABI_RIGHT_FD_READ) == 0)
      continue;
    answer = now;
    if (strcmp(now, "ENOTCAPABLE") != 0)
      break;
  }
  changing = false;
  pthread_join(thread, NULL);
  return answer;
}
const char *twin(void) {
  cloudabi_fdstat_t rights = {0};
  wanted.fs_rights_base = CLOUDABI_RIGHT_FD_READ;
  return opens(&rights);
}
