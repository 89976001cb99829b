/*
 * errno of each thread. The C library, which was made for one, reads and writes a variable; src/toolchain/thread-errno.ts
 * makes these calls of it, with the operands that the instructions had: an address, which is 0, and a value.
 */
#include <errno.h>
#include <stdint.h>

static _Thread_local int number;

int *__errno_location(void) { return &number; }

int cloudabi_errno_load(uintptr_t zero);
int cloudabi_errno_load(uintptr_t zero) {
  (void)zero;
  return number;
}

void cloudabi_errno_store(uintptr_t zero, int value);
void cloudabi_errno_store(uintptr_t zero, int value) {
  (void)zero;
  number = value;
}
