/* Time zones, as they are built in. */
#ifndef CLOUDABI_TIME_ZONES_H
#define CLOUDABI_TIME_ZONES_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone_name {
  const char *name;
  /* The place of its description; several names may have the same. */
  uint16_t zone;
};

/* Names in the order of strcmp. */
extern const struct zone_name cloudabi_zone_names[];
extern const size_t cloudabi_zone_count;
extern const char *const cloudabi_zones[];
/* Short names of kinds of time; NULL comes last. */
extern const char *const cloudabi_abbreviations[];

/* The clocks of a zone show at some time. */
struct local_kind {
  /* Seconds to the east of UTC. */
  int32_t offset;
  bool daylight;
  const char *abbreviation;
};

/* Gives the description of a zone; NULL for a name that there is not. */
const char *cloudabi_find_zone(const char *name);

/* Tells what holds in a zone at a time, in seconds since 1970. */
struct local_kind cloudabi_kind_at(const char *zone, int64_t time);

/* The description of the zone that a locale has: that of UTC if it has none. */
const char *cloudabi_zone_of(locale_t locale);

#endif
