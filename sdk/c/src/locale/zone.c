/*
 * Locales with a time zone. The C library's locales have no room for one, so that this is a list of those that have: each
 * is a copy of another locale, which the C library takes for one of its own.
 */
#include "../one_at_a_time.h"
#include "../time/zones.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#undef newlocale
#undef duplocale
#undef freelocale

/* The size of the C library's structure: a pointer for each category. */
enum { CATEGORIES = 6 };

struct zoned {
  const void *categories[CATEGORIES];
  const char *zone;
  struct zoned *next;
};

static struct zoned *all;
ONE_AT_A_TIME_LOCK(lock);

static struct zoned *find(locale_t locale) {
  ENTER(lock);
  struct zoned *found = all;
  while (found != NULL && (locale_t)found != locale)
    found = found->next;
  LEAVE(lock);
  return found;
}

const char *cloudabi_zone_of(locale_t locale) {
  const struct zoned *found = all == NULL ? NULL : find(locale);
  return found == NULL ? cloudabi_find_zone("UTC") : found->zone;
}

static locale_t with_zone(locale_t base, const char *zone) {
  struct zoned *made = malloc(sizeof(*made));
  if (made == NULL)
    return NULL;
  memcpy(made->categories, base, sizeof(made->categories));
  made->zone = zone;
  ENTER(lock);
  made->next = all;
  all = made;
  LEAVE(lock);
  return (locale_t)made;
}

void cloudabi_freelocale(locale_t locale) {
  struct zoned *found = find(locale);
  if (found == NULL) {
    freelocale(locale);
    return;
  }
  ENTER(lock);
  struct zoned **link = &all;
  while (*link != found)
    link = &(*link)->next;
  *link = found->next;
  LEAVE(lock);
  free(found);
}

locale_t cloudabi_newlocale(int mask, const char *name, locale_t base) {
  struct zoned *old = base == NULL ? NULL : find(base);
  const char *zone = NULL;
  /* All categories at once are those of a name such as "C", which is no zone. */
  bool chooses = mask != LC_ALL_MASK && (mask & LC_TIMEZONE_MASK) != 0;
  if (chooses) {
    zone = cloudabi_find_zone(*name == '\0' || strcmp(name, "C") == 0 ? "UTC" : name);
    if (zone == NULL) {
      errno = ENOENT;
      return NULL;
    }
  }
  int rest = chooses ? mask & ~LC_TIMEZONE_MASK : mask;
  locale_t plain = base != NULL ? base : newlocale(LC_ALL_MASK, "C", NULL);
  /* The C library changes a locale that is not one of its constants in its place: so it does with ours. */
  if (rest != 0)
    plain = newlocale(rest, name, base);
  if (plain == NULL || zone == NULL)
    return plain;
  if (old != NULL) {
    old->zone = zone;
    return base;
  }
  locale_t made = with_zone(plain, zone);
  if (made != NULL)
    freelocale(plain);
  return made;
}

locale_t cloudabi_duplocale(locale_t locale) {
  const struct zoned *old = find(locale);
  return old == NULL ? duplocale(locale) : with_zone(locale, old->zone);
}
