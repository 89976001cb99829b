// Route: Takes memory for tables of references, which no limit of memory.grow counts.
// Known from: first principles; growing tables, against which a store of Wasmtime limits table_elements
// Grants: { limits: { memory: 8388608 } }
// Refused: ENOMEM
// Twin: a table has a thousand entries
// Unconfined: cannot run: it would exhaust the machine
#include "attempt.h"

static __externref_t references[0];

static int grows(int entries) {
  return __builtin_wasm_table_grow(references, __builtin_wasm_ref_null_extern(), entries) != -1;
}
const char *attempt(void) {
  for (int entries = 9000000; entries > 0; entries /= 2)
    while (grows(entries))
      if (__builtin_wasm_table_size(references) > 262144)
        return "ok";
  return "ENOMEM";
}
const char *twin(void) {
  return __builtin_wasm_table_size(references) >= 1000 || grows(1000) ? "ok" : "not-grown";
}
