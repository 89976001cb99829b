#include <execinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The longest text of an address: 0x, sixteen digits, and the end. */
enum { TEXT = 19 };

int backtrace(void **addresses, int size) {
  (void)addresses;
  (void)size;
  return 0;
}

char **backtrace_symbols(void *const *addresses, int size) {
  size_t count = size > 0 ? (size_t)size : 0;
  char **names = malloc(count * (sizeof(char *) + TEXT) + 1);
  if (names == NULL)
    return NULL;
  char *text = (char *)(names + count);
  for (size_t i = 0; i < count; ++i) {
    names[i] = text + i * TEXT;
    snprintf(names[i], TEXT, "%#zx", (size_t)(uintptr_t)addresses[i]);
  }
  return names;
}

void backtrace_symbols_fd(void *const *addresses, int size, int fd) {
  for (int i = 0; i < size; ++i)
    dprintf(fd, "%#zx\n", (size_t)(uintptr_t)addresses[i]);
}
