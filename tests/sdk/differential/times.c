/* Dates: strftime with every conversion, strptime, and the arithmetic of timegm, mktime and gmtime_r. */
#define _GNU_SOURCE
#include "say.h"

#include <time.h>

static void show(const char *what, const struct tm *tm) {
  say("%s %d-%d-%d %d:%d:%d %d %d", what, tm->tm_year, tm->tm_mon, tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec, tm->tm_wday, tm->tm_yday);
}

static const long long moments[] = {0, 1, -1, 86399, 86400, 951782399, 951782400, 951868800, 1078012800, 1709164800, 2147483647, 2147483648, 4102444800, -2147483648,
                                    -2208988800, 253402300799, 1000000000, 1234567890, 1230768000, 1293753600, 1609372800, 1640908800, 1451606399};

static void printing(void) {
  static const char conversions[] = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%";
  static const char *const more[] = {"%Ec", "%EC", "%Ex", "%EX", "%Ey", "%EY", "%Od", "%Oe", "%OH", "%OI", "%Om", "%OM", "%OS", "%Ou", "%OU", "%OV", "%Ow", "%OW", "%Oy", "%+5Y", "%010Y", "%+4C", "text %Y%m%d end"};
  char text[200];
  for (size_t m = 0; m < COUNT(moments); ++m) {
    time_t moment = (time_t)moments[m];
    struct tm tm;
    gmtime_r(&moment, &tm);
    show("gmtime_r", &tm);
    say("timegm %lld", (long long)timegm(&tm));
    for (const char *c = conversions; *c != '\0'; ++c) {
      char format[] = {'%', *c, '\0'};
      size_t length = strftime(text, sizeof(text), format, &tm);
      if (*c == 'Z')
        continue; /* UTC or GMT */
      say("%s %zu [%s]", format, length, text);
    }
    for (size_t f = 0; f < COUNT(more); ++f) {
      if (more[f][1] == '+' || more[f][1] == '0')
        continue; /* widths are not in ISO C, and only some libraries have them */
      size_t length = strftime(text, sizeof(text), more[f], &tm);
      say("%s %zu [%s]", more[f], length, text);
    }
    for (size_t room = 0; room < 12; ++room)
      say("%zu %zu", room, strftime(text, room, "%Y-%m-%d", &tm));
    char short_text[26];
    if (tm.tm_year > -1900 && tm.tm_year < 8100)
      say("%s", asctime_r(&tm, short_text));
  }
  struct tm tm = {.tm_year = 100};
  /* Every week of twelve years. */
  for (int year = 95; year < 107; ++year)
    for (int day = 0; day < 366; day += 1 + (day > 6 && day < 355) * 20) {
      tm = (struct tm){.tm_year = year, .tm_mday = 1 + day};
      timegm(&tm);
      strftime(text, sizeof(text), "%F %G-W%V-%u %U %W %j", &tm);
      say("%s", text);
    }
}

static void arithmetic(void) {
  for (int i = 0; i < 2000; ++i) {
    int numbers[6];
    for (size_t n = 0; n < COUNT(numbers); ++n)
      numbers[n] = (int)(next_number() % 20000);
    struct tm tm = {.tm_year = numbers[0] % 600 - 200,
                    .tm_mon = numbers[1] % 60 - 24,
                    .tm_mday = numbers[2] % 100 - 40,
                    .tm_hour = numbers[3] % 200 - 100,
                    .tm_min = numbers[4] % 400 - 200,
                    .tm_sec = numbers[5] - 10000};
    struct tm other = tm;
    say("%lld", (long long)timegm(&tm));
    show("timegm", &tm);
    say("%lld", (long long)mktime(&other));
    show("mktime", &other);
    uint64_t high = next_number(), low = next_number();
    time_t moment = (time_t)((int64_t)(high << 32 | low) >> (next_number() % 20 + 20));
    if (gmtime_r(&moment, &tm) != NULL)
      show("gmtime_r", &tm);
    say("%g", difftime(moment, 7));
  }
}

static void reading(void) {
  static const struct {
    const char *text, *format;
  } cases[] = {{"2024-02-29 12:34:56", "%Y-%m-%d %H:%M:%S"}, {"12:34:56", "%T"}, {"12:34", "%R"}, {"02/29/24", "%D"}, {"Thu Feb 29 12:34:56 2024", "%a %b %d %H:%M:%S %Y"},
               {"Thursday February 29", "%A %B %d"}, {"thu FEB  9", "%a %b %e"}, {"11:59:60 PM", "%I:%M:%S %p"}, {"12:00:00 AM", "%I:%M:%S %p"}, {"12:00:00 PM", "%r"}, {"69", "%y"}, {"68", "%y"}, {"99", "%y"}, {"00", "%y"}, {"20 24", "%C %y"}, {"24:00:00", "%T"}, {"12:60:00", "%T"}, {"13", "%m"}, {"0", "%m"},
               {"32", "%d"}, {"0", "%d"}, {"7x", "%d"}, {"x7", "%d"}, {"", "%d"}, {"%", "%%"}, {"a b", "a b"}, {"ab", "a b"}, {"a  b", "a b"}, {"12", "%n%H"}, {"\t12", "%t%H"}, {"3", "%w"}, {"7", "%w"},
               {"12345", "%H%M"}, {"123", "%H%M"}, {"Mon, 05 Jul 2021 01:02:03", "%a, %d %b %Y %T"}, {"20240229T123456", "%Y%m%dT%H%M%S"}, {"May", "%b"}, {"Mayhem", "%b"}, {"Ju", "%b"}, {"13 PM", "%I %p"}};
  for (size_t c = 0; c < COUNT(cases); ++c) {
    struct tm tm = {.tm_year = -5, .tm_mon = -5, .tm_mday = -5, .tm_hour = -5, .tm_min = -5, .tm_sec = -5, .tm_wday = -5, .tm_yday = -5};
    const char *end = strptime(cases[c].text, cases[c].format, &tm);
    if (end == NULL) {
      say("strptime [%s] %s: no", cases[c].text, cases[c].format);
      continue;
    }
    say("strptime [%s] %s %td: %d-%d-%d %d:%d:%d", cases[c].text, cases[c].format, end - cases[c].text, tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
  }
}

void compare(void) {
  setenv("TZ", "UTC0", 1);
  printing();
  arithmetic();
  reading();
}
