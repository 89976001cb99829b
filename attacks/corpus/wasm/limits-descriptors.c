// Route: Duplicates a descriptor and opens a file until there are no numbers left, in the process or in the host.
// Known from: CVE-2026-27204 (Wasmtime, handles without a limit)
// Refused: EMFILE, ENFILE
// Twin: a hundred descriptors, all of which are given back
// Unconfined: cannot run: the host has the same limit
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>

static int numbers[1 << 20];
static const char *takes(int count) {
  int made = 0, error = 0;
  while (made < count) {
    cloudabi_fd_t copy;
    if (made % 2 == 0) {
      if ((error = cloudabi_sys_fd_dup((cloudabi_fd_t)readable, &copy)) != 0)
        break;
      numbers[made++] = (int)copy;
    } else {
      int fd = openat(readable, "file", O_RDONLY);
      if (fd < 0) {
        error = errno;
        break;
      }
      numbers[made++] = fd;
    }
  }
  while (made > 0)
    close(numbers[--made]);
  return named(error);
}
const char *attempt(void) { return takes(1 << 20); }
const char *twin(void) { return takes(100); }
