// Route: changes the beginning of a file that may only be written at its end, by every call that writes or cuts
// Known from: pwritev2(2): RWF_NOAPPEND; fcntl(2): F_SETFL clears O_APPEND; fallocate(2) of files opened with O_APPEND
// Grants: {rules: ['append $WORK/file']}
// Refused: EPERM
// Twin: writes at its end
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>

static char *path;

static int is_changed(void) {
  char begin[7];
  int descriptor = open(path, O_RDONLY);
  long got = read(descriptor, begin, 7);
  close(descriptor);
  return got != 7 || memcmp(begin, "content", 7) != 0;
}

int main(void) {
  path = at("WORK", "/file");
  char *other = at("WORK", "/other"), zero[7] = {0};
  struct iovec vector = {zero, 7};
  for (int mode = O_WRONLY; mode <= O_RDWR; mode++)
    for (int truncates = 0; truncates < 2; truncates++) {
      int descriptor = open(path, mode | (truncates ? O_TRUNC : 0));
      if (descriptor == -1) continue;
      void *at_file = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
      if (at_file != MAP_FAILED && !truncates) memset(at_file, 0, 7);
      pwrite(descriptor, zero, 7, 0);
      lseek(descriptor, 0, SEEK_SET);
      fcntl(descriptor, F_SETFL, 0);
      write(descriptor, zero, 7);
      fcntl(descriptor, F_SETFL, O_NONBLOCK);
      pwrite(descriptor, zero, 7, 0);
      syscall(SYS_pwritev2, descriptor, &vector, 1, 0L, 0L, 0x20);
      fallocate(descriptor, 3, 0, 4096);
      fallocate(descriptor, 16, 0, 4096);
      ioctl(descriptor, 0x4030582b, zero);
      ftruncate(descriptor, 0);
      char *again;
      asprintf(&again, "/proc/self/fd/%d", descriptor);
      int twice = open(again, O_WRONLY);
      if (twice != -1) pwrite(twice, zero, 7, 0);
    }
  truncate(path, 0);
  int fresh = open(other, O_WRONLY | O_CREAT, 0644);
  write(fresh, zero, 7);
  rename(other, path);
  rename(path, other);
  link(path, at("WORK", "/link"));
  int linked = open(at("WORK", "/link"), O_WRONLY);
  if (linked != -1) pwrite(linked, zero, 7, 0);
  unlink(path);
  errno = EPERM;
  attempt(is_changed() ? 0 : -1);
  int end = open(path, O_WRONLY | O_APPEND);
  twin(end != -1 && write(end, "end", 3) == 3 ? 0 : -1);
}
