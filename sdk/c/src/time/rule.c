#include "rule.h"

#include <string.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, CHANGE_TIME = 2 * HOUR };

const char *cloudabi_abbreviation(const char *text, size_t length) {
  for (const char *const *at = cloudabi_abbreviations; *at != NULL; ++at)
    if (strncmp(*at, text, length) == 0 && (*at)[length] == '\0')
      return *at;
  return "?";
}

static int32_t read_number(const char **at) {
  int32_t number = 0;
  for (; **at >= '0' && **at <= '9'; ++*at)
    number = 10 * number + (**at - '0');
  return number;
}

/* Reads [+-]hours[:minutes[:seconds]], as seconds. */
static int32_t read_time(const char **at) {
  int32_t sign = 1;
  if (**at == '-' || **at == '+')
    sign = *(*at)++ == '-' ? -1 : 1;
  int32_t seconds = read_number(at) * HOUR;
  for (int32_t unit = MINUTE; **at == ':' && unit > 0; unit /= MINUTE) {
    ++*at;
    seconds += read_number(at) * unit;
  }
  return sign * seconds;
}

static const char *read_name(const char **at) {
  const char *start = *at;
  if (*start == '<') {
    const char *end = strchr(start, '>');
    *at = end + 1;
    return cloudabi_abbreviation(start + 1, (size_t)(end - start - 1));
  }
  while ((**at >= 'A' && **at <= 'Z') || (**at >= 'a' && **at <= 'z'))
    ++*at;
  return cloudabi_abbreviation(start, (size_t)(*at - start));
}

static bool is_leap(int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

/* Days from the start of 1970 to that of a year. */
static int64_t days_before(int64_t year) {
  int64_t y = year - 1;
  int64_t leaps = (y >= 0 ? y / 4 - y / 100 + y / 400 : (y - 3) / 4 - (y - 99) / 100 + (y - 399) / 400);
  return 365 * (year - 1970) + leaps - (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static int64_t year_of(int64_t time) {
  int64_t days = time / DAY - (time % DAY < 0), year = 1970 + days / 366;
  while (days_before(year) > days)
    --year;
  while (days_before(year + 1) <= days)
    ++year;
  return year;
}

/* Reads a date of a rule, and gives its day in a year, counted from 1970: Mm.w.d, Jn or n. */
static int64_t read_date(const char **at, int64_t year) {
  static const int16_t starts[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
  int64_t first = days_before(year);
  if (**at == 'J') {
    ++*at;
    int32_t day = read_number(at);
    return first + day - 1 + (is_leap(year) && day > 59);
  }
  if (**at != 'M')
    return first + read_number(at);
  ++*at;
  int32_t month = read_number(at);
  ++*at;
  int32_t week = read_number(at);
  ++*at;
  int32_t weekday = read_number(at);
  int64_t start = first + starts[month - 1] + (is_leap(year) && month > 2);
  int64_t length = starts[month] - starts[month - 1] + (is_leap(year) && month == 2);
  /* 1970 began with a Thursday. */
  int64_t of_first = ((start + 4) % 7 + 7) % 7;
  int64_t day = (weekday - of_first + 7) % 7 + 7 * (week - 1);
  while (day >= length)
    day -= 7;
  return start + day;
}

/* Reads `,date[/time]`: the second of the change, on the clocks before it. */
static int64_t read_change(const char **at, int64_t year) {
  ++*at;
  int64_t day = read_date(at, year);
  int32_t time = CHANGE_TIME;
  if (**at == '/') {
    ++*at;
    time = read_time(at);
  }
  return day * DAY + time;
}

struct local_kind cloudabi_apply_rule(const char *at, int64_t time) {
  struct local_kind standard = {0}, summer = {.daylight = true};
  standard.abbreviation = read_name(&at);
  standard.offset = -read_time(&at);
  if (*at == '|')
    return standard;
  summer.abbreviation = read_name(&at);
  summer.offset = *at == ',' ? standard.offset + HOUR : -read_time(&at);
  int64_t year = year_of(time + standard.offset);
  int64_t start = read_change(&at, year) - standard.offset;
  int64_t end = read_change(&at, year) - summer.offset;
  bool is_summer = start < end ? time >= start && time < end : time >= start || time < end;
  return is_summer ? summer : standard;
}
