// Route: Writes machine code, makes it executable as the ABI lets it, and calls Linux with it
// Known from: every sandbox that verifies code and forgets code that comes later
// Refused: SIGSYS
// Twin: runs code that it has written and that adds two numbers
// Unconfined: cannot run: a CloudABI executable needs its supervisor
#include "attempt.h"

// mov eax, 39; syscall; ret, and: lea eax, [rdi+rsi]; ret.
static const unsigned char calls[] = {0xb8, 39, 0, 0, 0, 0x0f, 0x05, 0xc3}, adds[] = {0x8d, 0x04, 0x37, 0xc3};

static int run(const void *code, size_t length, int a, int b) {
  void *at;
  if (cloudabi_sys_mem_map(NULL, 4096, CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE, CLOUDABI_MAP_ANON | CLOUDABI_MAP_PRIVATE,
                           CLOUDABI_MAP_ANON_FD, 0, &at) != 0)
    return -1;
  memcpy(at, code, length);
  if (cloudabi_sys_mem_protect(at, 4096, CLOUDABI_PROT_READ | CLOUDABI_PROT_EXEC) != 0)
    return -1;
  return ((int (*)(int, int))at)(a, b);
}
const char *attempt(void) { return run(calls, sizeof(calls), 0, 0) > 0 ? "ok" : "EPERM"; }
const char *twin(void) { return run(adds, sizeof(adds), 2, 3) == 5 ? "ok" : "EPERM"; }
