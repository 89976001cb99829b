/*
 * The C library's allocator was made for one thread. The linker sends every call of it here (--wrap), so that one
 * thread at a time is in it.
 */
#include "lock.h"

#include <stdlib.h>

static lock_t allocating;

/* Declares the allocator's own function, and the one that takes its place: the same under the lock. */
#define ONE_AT_A_TIME(result, name, parameters, arguments)                                                             \
  result __real_##name parameters;                                                                                     \
  result __wrap_##name parameters {                                                                                    \
    lock_write(&allocating, NO_DEADLINE);                                                                              \
    result made = __real_##name arguments;                                                                             \
    unlock_write(&allocating);                                                                                         \
    return made;                                                                                                       \
  }

ONE_AT_A_TIME(void *, malloc, (size_t size), (size))
ONE_AT_A_TIME(void *, calloc, (size_t count, size_t size), (count, size))
ONE_AT_A_TIME(void *, realloc, (void *old, size_t size), (old, size))
ONE_AT_A_TIME(void *, aligned_alloc, (size_t alignment, size_t size), (alignment, size))
ONE_AT_A_TIME(int, posix_memalign, (void **made_at, size_t alignment, size_t size), (made_at, alignment, size))

void __real_free(void *memory);
void __wrap_free(void *memory) {
  lock_write(&allocating, NO_DEADLINE);
  __real_free(memory);
  unlock_write(&allocating);
}
