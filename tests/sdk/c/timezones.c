/* Time zones: what the clocks of places show, and locales that have one. */
#include "check.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Writes what the clocks of a zone show at a time. */
static const char *shown(const char *zone, time_t time) {
  static char text[64];
  locale_t locale = newlocale(LC_TIMEZONE_MASK, zone, NULL);
  if (locale == NULL)
    return "no such zone";
  struct tm date;
  struct timespec at = {.tv_sec = time};
  EQUAL(localtime_l(&at, &date, locale), 0);
  strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S ", &date);
  snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s %ld", date.tm_zone, date.tm_isdst > 0 ? "*" : "",
           (long)date.tm_gmtoff);
  /* The way back, but for an hour that comes twice. */
  struct timespec back = {0};
  EQUAL(mktime_l(&date, &back, locale), 0);
  EQUAL(back.tv_sec, time);
  freelocale(locale);
  return text;
}

#define SHOWS(zone, time, wanted)                       \
  do {                                                  \
    const char *found = shown(zone, time);              \
    if (strcmp(found, wanted) != 0)                     \
      dprintf(output, "# %s: %s\n", zone, found);       \
    CHECK(strcmp(found, wanted) == 0);                  \
  } while (0)

TEST(time_zones_of_places) {
  SHOWS("UTC", 0, "1970-01-01 00:00:00 UTC 0");
  SHOWS("Europe/Amsterdam", 1782864000, "2026-07-01 02:00:00 CEST* 7200");
  SHOWS("Europe/Amsterdam", 1796083200, "2026-12-01 01:00:00 CET 3600");
  SHOWS("Asia/Kolkata", 1782864000, "2026-07-01 05:30:00 IST 19800");
  SHOWS("Asia/Kathmandu", 0, "1970-01-01 05:30:00 +0530 19800");
  SHOWS("Asia/Kathmandu", 1782864000, "2026-07-01 05:45:00 +0545 20700");
  SHOWS("Australia/Lord_Howe", 1796083200, "2026-12-01 11:00:00 +11* 39600");
  SHOWS("Australia/Lord_Howe", 1782864000, "2026-07-01 10:30:00 +1030 37800");
  /* Summer is the standard time there. */
  SHOWS("America/Sao_Paulo", 1546300800, "2018-12-31 22:00:00 -02* -7200");
  SHOWS("America/Sao_Paulo", 1796083200, "2026-11-30 21:00:00 -03 -10800");
  SHOWS("Pacific/Kiritimati", 1782864000, "2026-07-01 14:00:00 +14 50400");
  SHOWS("Etc/GMT+5", 1782864000, "2026-06-30 19:00:00 -05 -18000");
  SHOWS("Nowhere/Land", 0, "no such zone");
}

TEST(time_zones_of_long_ago) {
  SHOWS("Europe/Amsterdam", -1000000000, "1938-04-24 22:33:20 +0020 1200");
  SHOWS("Europe/Amsterdam", -3000000000, "1874-12-07 18:59:32 AMT 1172");
  SHOWS("America/New_York", -2000000000, "1906-08-16 15:26:40 EST -18000");
  SHOWS("Asia/Tokyo", -600000000, "1950-12-27 22:20:00 JST 32400");
  SHOWS("Europe/London", -880000000, "1942-02-11 20:33:20 BST* 3600");
  /* Summer time of two hours in Berlin in 1945. */
  SHOWS("Europe/Berlin", -770000000, "1945-08-08 02:06:40 CEMT* 10800");
  /* Seconds in an offset, until 1972. */
  SHOWS("Africa/Monrovia", -10, "1969-12-31 23:15:20 MMT -2670");
  /* Before its first change, each place has the time of the sun. */
  SHOWS("Europe/Paris", -9000000000, "1684-10-19 08:09:21 LMT 561");
}

TEST(time_zones_have_changes_that_are_known_long_ahead) {
  SHOWS("Asia/Gaza", 3363693870, "2076-08-03 17:24:30 EET 7200");
}

TEST(time_zones_change_at_their_second) {
  /* 2007 was the first year of the United States' present rule. */
  SHOWS("America/New_York", 1143961199, "2006-04-02 01:59:59 EST -18000");
  SHOWS("America/New_York", 1143961200, "2006-04-02 03:00:00 EDT* -14400");
  SHOWS("America/New_York", 1173596399, "2007-03-11 01:59:59 EST -18000");
  SHOWS("America/New_York", 1173596400, "2007-03-11 03:00:00 EDT* -14400");
  SHOWS("Europe/Amsterdam", 1774745999, "2026-03-29 01:59:59 CET 3600");
  SHOWS("Europe/Amsterdam", 1774746000, "2026-03-29 03:00:00 CEST* 7200");
}

TEST(time_zones_follow_their_rule_for_ever) {
  SHOWS("Europe/Amsterdam", 2540246400, "2050-07-01 02:00:00 CEST* 7200");
  SHOWS("America/New_York", 4087756800, "2099-07-14 20:00:00 EDT* -14400");
  SHOWS("Asia/Tokyo", 4087756800, "2099-07-15 09:00:00 JST 32400");
  SHOWS("Asia/Tokyo", -1000000000, "1938-04-25 07:13:20 JST 32400");
}

TEST(time_zones_of_dates) {
  locale_t locale = newlocale(LC_TIMEZONE_MASK, "Europe/Amsterdam", NULL);
  struct timespec time;
  /* 02:30 comes twice on this day, and not at all on that one. */
  struct tm twice = {.tm_year = 126, .tm_mon = 9, .tm_mday = 25, .tm_hour = 2, .tm_min = 30, .tm_isdst = -1};
  EQUAL(mktime_l(&twice, &time, locale), 0);
  EQUAL(time.tv_sec, 1792888200);
  twice.tm_isdst = 0;
  EQUAL(mktime_l(&twice, &time, locale), 0);
  EQUAL(time.tv_sec, 1792891800);
  twice.tm_isdst = 1;
  EQUAL(mktime_l(&twice, &time, locale), 0);
  EQUAL(time.tv_sec, 1792888200);
  struct tm never = {.tm_year = 126, .tm_mon = 2, .tm_mday = 29, .tm_hour = 2, .tm_min = 30, .tm_isdst = -1};
  EQUAL(mktime_l(&never, &time, locale), 0);
  EQUAL(time.tv_sec, 1774747800);
  freelocale(locale);
}

TEST(time_zones_are_a_part_of_locales) {
  errno = 0;
  CHECK(newlocale(LC_TIMEZONE_MASK, "Europe", NULL) == NULL && errno == ENOENT);
  locale_t base = duplocale(LC_C_UNICODE_LOCALE);
  locale_t tokyo = newlocale(LC_TIMEZONE_MASK, "Asia/Tokyo", base);
  EQUAL(MB_CUR_MAX_L(tokyo), 4);
  locale_t copy = duplocale(tokyo);
  tokyo = newlocale(LC_TIMEZONE_MASK, "America/New_York", tokyo);
  struct timespec epoch = {0};
  struct tm date;
  EQUAL(localtime_l(&epoch, &date, copy), 0);
  EQUAL(date.tm_hour, 9);
  EQUAL(localtime_l(&epoch, &date, tokyo), 0);
  EQUAL(date.tm_hour, 19);
  EQUAL(localtime_l(&epoch, &date, LC_C_LOCALE), 0);
  EQUAL(date.tm_hour, 0);
  copy = newlocale(LC_CTYPE_MASK, "C", copy);
  EQUAL(MB_CUR_MAX_L(copy), 1);
  EQUAL(localtime_l(&epoch, &date, copy), 0);
  EQUAL(date.tm_hour, 9);
  freelocale(copy);
  freelocale(tokyo);
}
