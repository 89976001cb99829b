// Route: Maps memory that it can write and execute, with a system call of Linux and with the call of the ABI
// Known from: first principles; W^X that only a library keeps
// Refused: SIGSYS
// Twin: maps memory that it can write
// Unconfined: cannot run: a CloudABI executable needs its supervisor
#include "attempt.h"

static cloudabi_errno_t map(cloudabi_mprot_t protection) {
  void *at;
  return cloudabi_sys_mem_map(NULL, 4096, protection, CLOUDABI_MAP_ANON | CLOUDABI_MAP_PRIVATE, CLOUDABI_MAP_ANON_FD, 0, &at);
}
const char *attempt(void) {
  if (map(CLOUDABI_PROT_WRITE | CLOUDABI_PROT_EXEC) == 0)
    return "ok";
  return linux_call(9, 0, 4096, 7, 0x22, -1) > 0 ? "ok" : "EPERM";
}
const char *twin(void) { return named(map(CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE)); }
