// Route: Reads a file into the very vectors that say where to read to, so that later ones come out of the file.
// Known from: first principles: a double fetch that needs no second thread
// Refused: contained
// Twin: reads into a place of its own
// Unconfined: cannot run: a process can crash itself
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

static struct {
  uint32_t before[8], vectors[4][2], behind[64];
} room;

// A file of vectors that would reach behind the array and beyond the memory.
static int makes_vectors(void) {
  const uint32_t bytes[] = {ADDRESS(room.behind), 64, UINT32_MAX - 3, 64, ADDRESS(room.behind) + 64,
                            64, 0, 64, 0x61616161, 0x61616161};
  int fd = openat(work, "vectors", O_RDWR | O_CREAT | O_TRUNC, 0600);
  write(fd, bytes, sizeof(bytes));
  lseek(fd, 0, SEEK_SET);
  return fd;
}
const char *attempt(void) {
  memset(&room, 0, sizeof(room));
  int fd = makes_vectors();
  for (int at = 0; at < 4; at++) {
    room.vectors[at][0] = ADDRESS(room.vectors);
    room.vectors[at][1] = at == 0 ? sizeof(room.vectors) : 8;
  }
  uint32_t count = 0;
  int error = raw_fd_read((uint32_t)fd, ADDRESS(room.vectors), 4, ADDRESS(&count));
  close(fd);
  for (size_t at = 0; at < 64; at++)
    if (room.behind[at] != 0)
      return "ok";
  return error == 0 || error == EINVAL ? "contained" : named(error);
}
const char *twin(void) {
  int fd = makes_vectors();
  const uint32_t vector[2] = {ADDRESS(room.behind), 40};
  uint32_t count = 0;
  int error = raw_fd_read((uint32_t)fd, ADDRESS(vector), 1, ADDRESS(&count));
  close(fd);
  return error == 0 && count == 40 ? "ok" : named(error);
}
