// Route: Takes all memory that there is.
// Known from: first principles; growing memory, against which a store of Wasmtime has limits
// Grants: { limits: { memory: 8388608 } }
// Refused: ENOMEM
// Twin: takes a page
// Unconfined: cannot run: it would exhaust the machine
#include "attempt.h"

const char *attempt(void) {
  for (size_t pages = 16384; pages > 0; pages /= 2)
    while (__builtin_wasm_memory_grow(0, pages) != SIZE_MAX)
      if (__builtin_wasm_memory_size(0) > 128)
        return "ok";
  return "ENOMEM";
}
const char *twin(void) { return __builtin_wasm_memory_size(0) <= 128 ? "ok" : "too-much"; }
