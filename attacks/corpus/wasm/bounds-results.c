// Route: Has results written beyond the memory, over its end, and where they overwrite the arguments of the call.
// Known from: first principles; addresses that are checked for one byte and written with eight
// Refused: EFAULT
// Twin: a result in the last bytes of the memory
// Unconfined: cannot run: a process can crash itself
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

static int asks(uint32_t address) {
  int error = raw_fd_filestat_get((uint32_t)readable, address);
  return error != 0 ? error : raw_fd_fdstat_get((uint32_t)readable, address);
}
const char *attempt(void) {
  const uint32_t end = (uint32_t)__builtin_wasm_memory_size(0) * 65536u;
  const uint32_t places[] = {end, end - 8, end - 56, UINT32_MAX - 7, 0x80000000u, end + 65536};
  for (size_t at = 0; at < sizeof(places) / sizeof(places[0]); at++)
    if (asks(places[at]) == 0)
      return "ok";
  return named(raw_clock_time_get(0, 0, end - 4));
}
const char *twin(void) {
  uint32_t end = (uint32_t)__builtin_wasm_memory_size(0) * 65536u;
  return named(raw_clock_time_get(0, 0, end - 8));
}
