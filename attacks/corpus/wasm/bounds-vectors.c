// Route: Reads and writes by vectors that lie, or lead, beyond the memory: at its end, over 2^32, too many of them.
// Known from: CVE-2025-69261 (WasmEdge, checks of bounds that wrap)
// Refused: EFAULT, EINVAL
// Twin: a vector that ends with the memory
// Unconfined: cannot run: a process can crash itself
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

static int reads_to(uint32_t address, uint32_t length) {
  int fd = openat(readable, "file", O_RDONLY);
  const uint32_t vector[2] = {address, length};
  uint32_t count = 0;
  int error = raw_fd_read((uint32_t)fd, ADDRESS(vector), 1, ADDRESS(&count));
  if (error == 0)
    error = raw_fd_write((uint32_t)journal, ADDRESS(vector), 1, ADDRESS(&count));
  close(fd);
  return error;
}
const char *attempt(void) {
  const uint32_t end = (uint32_t)__builtin_wasm_memory_size(0) * 65536u;
  const uint32_t vectors[][2] = {{end, 1},         {end - 4, 5},     {UINT32_MAX, 1},         {UINT32_MAX - 3, 8},
                                 {16, UINT32_MAX}, {16, UINT32_MAX - 15}, {0x80000000u, 0x80000000u}, {end - 1, 2}};
  for (size_t at = 0; at < sizeof(vectors) / sizeof(vectors[0]); at++)
    if (reads_to(vectors[at][0], vectors[at][1]) == 0)
      return "ok";
  // The vectors themselves.
  uint32_t count = 0;
  const uint32_t lists[][2] = {{end, 1}, {end - 4, 1}, {UINT32_MAX - 7, 1},
                               {16, UINT32_MAX}, {16, 0x20000000u}, {16, 1025}};
  int error = 0;
  for (size_t at = 0; at < sizeof(lists) / sizeof(lists[0]); at++)
    if ((error = raw_fd_read((uint32_t)readable, lists[at][0], lists[at][1], ADDRESS(&count))) == 0)
      return "ok";
  for (size_t at = 0; at < sizeof(lists) / sizeof(lists[0]); at++)
    if ((error = raw_fd_write((uint32_t)journal, lists[at][0], lists[at][1], ADDRESS(&count))) == 0)
      return "ok";
  return named(error);
}
const char *twin(void) { return named(reads_to((uint32_t)__builtin_wasm_memory_size(0) * 65536u - 8, 8)); }
