// Route: Hands calls over whose words lie outside of the window that it shares with the supervisor, or point there
// Known from: first principles; double fetches and lengths of a guest
// Refused: EFAULT
// Twin: hands the same call over from a place in the window
// Unconfined: cannot run: a CloudABI executable needs its supervisor
#include "attempt.h"

const char *attempt(void) {
  static const long places[] = {0, 4095, 4097, -1, 1l << 40, 4096 + 64 * 131072, 4096 + 131072 - 8};
  for (size_t at = 0; at < sizeof(places) / sizeof(places[0]); at++)
    for (long number = 0x10000; number < 0x10000 + 40; number++)
      // The rest begins with proc_fork, which has no slot.
      if (linux_call(number, places[at], 0, 0, 0, 0) != -14)
        return "ok";
  return "EFAULT";
}
const char *twin(void) { return reads_file(); }
