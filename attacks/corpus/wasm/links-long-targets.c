// Route: Makes links with targets of a mebibyte, of nothing and with a NUL, and reads them into small places.
// Known from: first principles; unchecked lengths of targets
// Refused: ENAMETOOLONG, EINVAL, ENOENT, EILSEQ
// Twin: a target of a thousand bytes is read whole
// Unconfined: cannot run: the host has the same limit
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

static char target[(1 << 20)], room[1024];
static int links(uint32_t length, const char *name) {
  return raw_path_symlink(ADDRESS(target), length, (uint32_t)work, ADDRESS(name), strlen(name));
}
const char *attempt(void) {
  memset(target, 'x', sizeof(target));
  target[10] = '\0';
  if (links(20, "nul") == 0 || links(0, "nothing") == 0)
    return "ok";
  target[10] = 'x';
  uint32_t used = 0;
  memset(room, 'z', sizeof(room));
  if (raw_path_readlink((uint32_t)work, ADDRESS("file-link"), 9, ADDRESS(room), 3, ADDRESS(&used)) == 0)
    if (used > 3 || room[3] != 'z')
      return "ok";
  return named(links(sizeof(target), "long"));
}
const char *twin(void) {
  memset(target, 'x', sizeof(target));
  uint32_t used = 0;
  if (links(1000, "thousand") != 0)
    return "not-made";
  int error = raw_path_readlink((uint32_t)work, ADDRESS("thousand"), 8, ADDRESS(room), sizeof(room), ADDRESS(&used));
  return error == 0 && used == 1000 ? "ok" : named(error);
}
