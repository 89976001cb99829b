// Route: Gives a path of a mebibyte of `./` before the way out, and lengths that end beyond the memory.
// Known from: CVE-2026-27204 (Wasmtime) for buffers of the host that a guest sizes
// Refused: ENAMETOOLONG, EFAULT
// Twin: a path with a thousand bytes of `./` works
// Unconfined: cannot run: the host has the same limit
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

static char path[(1 << 20) + 64];

static int open_dots(uint32_t length, const char *end) {
  for (uint32_t at = 0; at < length; at += 2)
    memcpy(path + at, "./", 2);
  strcpy(path + length, end);
  uint32_t fd = 0;
  return raw_path_open((uint32_t)readable, 1, ADDRESS(path), length + strlen(end), 0, 2, 0, 0, ADDRESS(&fd));
}
const char *attempt(void) {
  uint32_t fd = 0;
  const uint32_t lengths[] = {UINT32_MAX, UINT32_MAX - ADDRESS(path), 0x80000000u, 0x7fffffffu};
  for (size_t at = 0; at < 4; at++)
    if (raw_path_open((uint32_t)readable, 1, ADDRESS(path), lengths[at], 0, 2, 0, 0, ADDRESS(&fd)) == 0)
      return "ok";
  return named(open_dots(1 << 20, "../secret/file"));
}
const char *twin(void) { return named(open_dots(1000, "file")); }
