#include "zones.h"

#include <errno.h>
#include <time.h>

enum { DAY = 86400 };

int localtime_l(const struct timespec *time, struct tm *result, locale_t locale) {
  struct local_kind kind = cloudabi_kind_at(cloudabi_zone_of(locale), time->tv_sec);
  time_t shown = time->tv_sec + kind.offset;
  if (gmtime_r(&shown, result) == NULL)
    return errno;
  result->tm_isdst = kind.daylight;
  result->tm_gmtoff = kind.offset;
  result->tm_zone = kind.abbreviation;
  return 0;
}

int mktime_l(const struct tm *date, struct timespec *result, locale_t locale) {
  const char *zone = cloudabi_zone_of(locale);
  struct tm copy = *date;
  errno = 0;
  time_t shown = timegm(&copy);
  if (shown == -1 && errno != 0)
    return errno;
  struct local_kind before = cloudabi_kind_at(zone, shown - DAY), after = cloudabi_kind_at(zone, shown + DAY);
  time_t first = shown - before.offset, second = shown - after.offset;
  bool first_holds = cloudabi_kind_at(zone, first).offset == before.offset;
  bool second_holds = cloudabi_kind_at(zone, second).offset == after.offset;
  time_t found = first;
  /* An hour that comes twice: tm_isdst says which, or it is the first. One that is left out: as if the clocks had not changed. */
  if (!first_holds && second_holds)
    found = second;
  else if (first_holds && second_holds && date->tm_isdst >= 0 && before.daylight != (date->tm_isdst > 0) &&
           after.daylight == (date->tm_isdst > 0))
    found = second;
  *result = (struct timespec){.tv_sec = found};
  return 0;
}
