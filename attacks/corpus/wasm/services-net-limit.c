// Route: makes more connections than a grant of the service net counts: by a clone of its channel, by wider limits, and by
//   asking for many at once
// Known from: first principles; limits that are counted for each handle
// Grants: { net: 2 }
// Refused: EMFILE, ENOTCAPABLE
// Twin: makes as many as it was granted
// Unconfined: cannot run: a module has no other way to a network
#include "attempt.h"
#include <argdata.h>
#include <casper.h>
#include <sys/socket.h>

#define MOST 2
static int held[16];

static int connects(cap_channel_t *from, int count) {
  int made = 0;
  for (int at = 0; at < count; at++) {
    held[at] = cap_connect(from, "127.0.0.1", (uint16_t)http_port, SOCK_STREAM);
    if (held[at] < 0)
      break;
    made++;
  }
  return made;
}

const char *attempt(void) {
  cap_channel_t *first = cap_wrap(channel);
  cap_channel_t *second = cap_clone(first);
  if (second == NULL)
    return "no-clone";
  // A wider limit, and one that says nothing of the count.
  argdata_t *wide = argdata_create_int(100);
  argdata_t *key = argdata_create_str_c("connections");
  const argdata_t *keys[] = {key};
  const argdata_t *values[] = {wide};
  argdata_t *limits = argdata_create_map(keys, values, 1);
  if (cap_limit_set(second, limits) == 0)
    return "ok";
  argdata_free(limits);
  argdata_free(key);
  argdata_free(wide);
  int made = connects(first, MOST);
  if (made != MOST)
    return "too-few";
  int more = cap_connect(second, "127.0.0.1", (uint16_t)http_port, SOCK_STREAM);
  const char *answer = more < 0 ? named(errno) : "ok";
  if (more < 0 && cap_connect(first, "127.0.0.1", (uint16_t)http_port, SOCK_STREAM) >= 0)
    answer = "ok";
  for (int at = 0; at < made; at++)
    close(held[at]);
  cap_close(second);
  channel = cap_unwrap(first);
  return answer;
}
const char *twin(void) {
  cap_channel_t *own = cap_wrap(channel);
  // The ends of those before are told a moment later.
  for (int tries = 0; tries < 20000; tries++) {
    int made = connects(own, MOST);
    for (int at = 0; at < made; at++)
      close(held[at]);
    if (made == MOST)
      return "ok";
  }
  return "EMFILE";
}
#undef MOST
