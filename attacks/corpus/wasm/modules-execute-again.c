// Route: Puts itself in its own place without its directories, and looks for them under every number.
// Known from: CVE-2024-21626 (runc), descriptors that survive an exec
// Refused: contained
// Twin: the directories are there as long as it is the first
// Unconfined: cannot run: there is no such call
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <argdata.h>
#include <stdlib.h>

// Tests the descriptors of the second program: it has the output alone, under another number than before.
static const char *whatIsLeft(void) {
  for (int fd = 0; fd < 4096; fd++)
    if (strcmp(reads(fd, "file"), "ok") == 0 || mkdirat(fd, "left", 0700) == 0 || write(fd, "", 0) == 0)
      if (fd != 0)
        return "ok";
  return "contained";
}
static void executeAgain(void) {
  const char *keys[] = {"attempt", "output"};
  // Its output is the descriptor that can be written to and is no file of its own.
  int output = -1;
  struct stat found;
  for (int fd = 0; fd < 64 && output < 0; fd++)
    if (fd != journal && fstat(fd, &found) == 0 && !S_ISDIR(found.st_mode) && write(fd, "", 0) == 0)
      output = fd;
  if (output < 0)
    return;
  argdata_t *names[2], *values[2];
  for (int index = 0; index < 2; index++)
    names[index] = argdata_create_str_c(keys[index]);
  values[0] = argdata_create_str_c("modules-execute-again");
  values[1] = argdata_create_fd(output);
  argdata_t *map = argdata_create_map((const argdata_t *const *)names, (const argdata_t *const *)values, 2);
  size_t length, count;
  argdata_serialized_length(map, &length, &count);
  void *bytes = malloc(length);
  int fds[4];
  count = argdata_serialize(map, bytes, fds);
  cloudabi_fd_t handed[4];
  for (size_t index = 0; index < count; index++)
    handed[index] = (cloudabi_fd_t)fds[index];
  cloudabi_sys_proc_exec((cloudabi_fd_t)self, bytes, length, handed, count);
}
const char *attempt(void) {
  if (work < 0 && readable < 0 && self < 0)
    return whatIsLeft();
  executeAgain();
  return "not-executed";
}
const char *twin(void) {
  if (work < 0)
    return "ok";
  return reads(readable, "file");
}
