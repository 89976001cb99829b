// Route: Maps a file for execution and shared with others, unmaps memory of its own code, and maps over the stack.
// Known from: first principles; pages that can be written and executed
// Refused: contained
// Twin: maps a copy of a file
// Unconfined: cannot run: mappings of the host are others
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

static int maps(cloudabi_mprot_t protection, cloudabi_mflags_t flags, void **where) {
  const cloudabi_lookup_t lookup = {.fd = (cloudabi_fd_t)readable};
  const cloudabi_fdstat_t rights = {.fs_rights_base = CLOUDABI_RIGHT_FD_READ | CLOUDABI_RIGHT_MEM_MAP};
  cloudabi_fd_t fd;
  int error = (int)cloudabi_sys_file_open(lookup, "file", 4, 0, &rights, &fd);
  if (error != 0)
    return error;
  error = (int)cloudabi_sys_mem_map(NULL, 7, protection, flags, fd, 0, where);
  close((int)fd);
  return error;
}
const char *attempt(void) {
  void *where = NULL;
  if (maps(CLOUDABI_PROT_EXEC | CLOUDABI_PROT_READ, CLOUDABI_MAP_PRIVATE, &where) == 0)
    return "ok";
  if (maps(CLOUDABI_PROT_READ, CLOUDABI_MAP_SHARED, &where) == 0)
    return "ok";
  if (cloudabi_sys_mem_unmap((void *)(uintptr_t)&base, 65536) == 0 || cloudabi_sys_mem_unmap(NULL, SIZE_MAX) == 0)
    return "ok";
  if (cloudabi_sys_mem_map((void *)0xffff0000, SIZE_MAX, CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE,
                           CLOUDABI_MAP_PRIVATE | CLOUDABI_MAP_ANON | CLOUDABI_MAP_FIXED,
                           CLOUDABI_MAP_ANON_FD, 0, &where) == 0)
    return "ok";
  return "contained";
}
const char *twin(void) {
  void *where = NULL;
  int error = maps(CLOUDABI_PROT_READ, CLOUDABI_MAP_PRIVATE, &where);
  return error == 0 && memcmp(where, "content", 7) == 0 ? "ok" : named(error);
}
