#include <stdint.h>
#include <time.h>

/* A clock of the C library is its number in WASI. */
struct __clockid {
  uint32_t id;
};

const struct __clockid cloudabi_clock_process_cputime = {2};
const struct __clockid cloudabi_clock_thread_cputime = {3};
