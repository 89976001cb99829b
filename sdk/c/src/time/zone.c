/*
 * The clocks of a zone. A zone is described by three texts with `|` between them: the rule after its last change;
 * its kinds of time, each with seconds to the east of UTC, `d` for daylight saving time or `s`, and the number of its
 * abbreviation; and its changes, each as seconds since the one before (to the base of 36) and the letter of the kind that
 * follows. The first is counted from ORIGIN. Times before it have the first kind, which is local mean time.
 */
#include "rule.h"

#include <stdlib.h>
#include <string.h>

enum { BASE = 36 };

/* February 1833; scripts/generate-timezones.js has the same number. */
static const int64_t ORIGIN = -4320000000;

static int by_name(const void *name, const void *entry) {
  return strcmp(name, ((const struct zone_name *)entry)->name);
}

const char *cloudabi_find_zone(const char *name) {
  const struct zone_name *found =
      bsearch(name, cloudabi_zone_names, cloudabi_zone_count, sizeof(*cloudabi_zone_names), by_name);
  return found == NULL ? NULL : cloudabi_zones[found->zone];
}

static struct local_kind read_kind(const char *kinds, int wanted) {
  char *end;
  for (int i = 0;; ++i) {
    long offset = strtol(kinds, &end, 10);
    bool daylight = *end == 'd';
    long number = strtol(end + 1, &end, 10);
    if (i == wanted)
      return (struct local_kind){(int32_t)offset, daylight, cloudabi_abbreviations[number]};
    kinds = end + 1;
  }
}

struct local_kind cloudabi_kind_at(const char *zone, int64_t time) {
  const char *kinds = strchr(zone, '|') + 1, *changes = strchr(kinds, '|') + 1;
  int kind = 0;
  int64_t start = ORIGIN;
  for (const char *at = changes;;) {
    if (*at == '\0')
      return *changes == '\0' || time >= start ? cloudabi_apply_rule(zone, time) : read_kind(kinds, kind);
    int64_t length = 0;
    for (; *at < 'A' || *at > 'Z'; ++at)
      length = BASE * length + (*at <= '9' ? *at - '0' : *at - 'a' + 10);
    int64_t next = start + length;
    if (time < next)
      return read_kind(kinds, kind);
    start = next;
    kind = *at++ - 'A';
    /* The last change begins what the rule says. */
  }
}
