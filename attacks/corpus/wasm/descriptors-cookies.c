// Route: Lists a directory from places that were never given out, and with buffers too small for one name.
// Known from: first principles; cookies that are addresses or offsets of the host
// Refused: contained
// Twin: lists it from its start
// Unconfined: cannot run: there are no such cookies
#include "../../../tests/programs/wasi/raw.h"
#include "attempt.h"

static char buffer[512];
static int lists(uint64_t cookie, uint32_t room, uint32_t *used) {
  return raw_fd_readdir((uint32_t)readable, ADDRESS(buffer), room, cookie, ADDRESS(used));
}
const char *attempt(void) {
  static const uint64_t cookies[] = {1, 2, 3, 4, 99, 0x7fffffff, 0xffffffff,
                                     0x100000000, 0x7fffffffffffffff, UINT64_MAX};
  for (size_t at = 0; at < sizeof(cookies) / sizeof(cookies[0]); at++)
    for (uint32_t room = 0; room <= 64; room++) {
      uint32_t used = 0;
      memset(buffer, 'z', sizeof(buffer));
      int error = lists(cookies[at], room, &used);
      if (error != 0 && error != EINVAL && error != EIO)
        return named(error);
      if (used > room)
        return "ok";
      for (size_t behind = room; behind < sizeof(buffer); behind++)
        if (buffer[behind] != 'z')
          return "ok";
    }
  return "contained";
}
const char *twin(void) {
  uint32_t used = 0;
  int error = lists(0, sizeof(buffer), &used);
  return error == 0 && used > 0 ? "ok" : named(error);
}
