// Route: A thread grows the memory, page by page, while another one reads files into the former end of it.
// Known from: CVE-2025-64345 (Wasmtime, views of shared memory)
// Refused: contained
// Twin: the memory grows by a page and can be read into
// Unconfined: cannot run: there is no such memory
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"
#include <pthread.h>
#include <stdatomic.h>

static atomic_bool growing;
static void *grow(void *unused) {
  (void)unused;
  for (int page = 0; page < 200 && growing; page++)
    __builtin_wasm_memory_grow(0, 1);
  return NULL;
}
static int read_to(int fd, uint32_t address) {
  const uint32_t vector[2] = {address, 64};
  uint32_t length = 0;
  lseek(fd, 0, SEEK_SET);
  return raw_fd_read((uint32_t)fd, ADDRESS(vector), 1, ADDRESS(&length));
}
const char *attempt(void) {
  growing = true;
  pthread_t thread;
  if (pthread_create(&thread, NULL, grow, NULL) != 0)
    return "no-thread";
  int fd = openat(readable, "file", O_RDONLY);
  const char *answer = "contained";
  for (struct race race = begin_race(); race_goes_on(&race);) {
    uint32_t end = (uint32_t)__builtin_wasm_memory_size(0) * 65536u;
    int error = read_to(fd, end - 32 + (race.round % 3) * 16);
    if (error != 0 && error != EFAULT)
      answer = named(error);
  }
  growing = false;
  pthread_join(thread, NULL);
  close(fd);
  return answer;
}
const char *twin(void) {
  int fd = openat(readable, "file", O_RDONLY);
  uint32_t old = (uint32_t)__builtin_wasm_memory_grow(0, 1) * 65536u;
  const char *answer = named(read_to(fd, old));
  close(fd);
  return answer;
}
