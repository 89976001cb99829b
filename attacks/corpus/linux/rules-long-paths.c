// Route: names a hidden file by a path of 4095 bytes that crosses pages, and by one that ends at a page that is not there
// Known from: seccomp_unotify(2): reading memory of the caller; first principles
// Grants: {rules: ['hide $WORK/way/held']}
// Refused: ENOENT, ENAMETOOLONG
// Twin: opens a file of its own by a path of 4095 bytes, and gets EFAULT for one without an end
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <sys/mman.h>

static char *padded(char *at_end, const char *path, size_t length) {
  size_t own = strlen(path), pad = length - own;
  char *text = at_end - length - 1;
  memset(text, '/', pad);
  memcpy(text + pad, path, own + 1);
  return text;
}

int main(void) {
  char *area = mmap(NULL, 5 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *border = area + 4 * 4096, *held = at("WORK", "/way/held"), *mine = at("WORK", "/way/mine");
  int found = -1, error = 0;
  close(open(mine, O_WRONLY | O_CREAT, 0644));
  munmap(border, 4096);
  for (size_t length = 4095; length > 4095 - 40 && found == -1; length -= 13)
    found = open(padded(border, held, length), O_RDONLY);
  for (size_t shift = 1; shift < 4096 && found == -1; shift += 511)
    found = open(padded(border - shift, held, 4095), O_RDONLY);
  for (size_t length = 200; length < 4096 && found == -1; length += 300)
    found = open(padded(border, held, length), O_RDONLY);
  if (found == -1 && errno == ENOENT) found = open(padded(border, held, 4096), O_RDONLY);
  attempt(found);
  memset(border - 100, '/', 100);
  if (open(border - 100, O_RDONLY) != -1 || errno != EFAULT) error = 1;
  int ours = open(padded(border, mine, 4095), O_RDONLY);
  if (ours != -1 && error) errno = EPROTO, ours = -1;
  twin(ours);
}
