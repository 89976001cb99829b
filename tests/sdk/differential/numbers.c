/* Texts to numbers: the value, where reading ends, and errno. */
#include "say.h"

#include <inttypes.h>
#include <wchar.h>

/* EINVAL for a text without a number is the library's choice. */
static const char *range_error(void) { return errno == EINVAL ? "0" : error_name(errno); }

static const char *const texts[] = {
    "",       " ",       "0",      "-0",     "+0",     "1",       " \t\n\v\f\r12", "12abc",  "abc",   "0x",     "0x1f",   "0X1F",  "0xg",    "x1",
    "017",    "08",      "0b101",  "zz",     "ZZ",     "-1",      "--1",           "+-1",    "- 1",   "2147483647", "2147483648", "-2147483648",
    "-2147483649", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "18446744073709551615", "18446744073709551616", "-18446744073709551615", "-18446744073709551616", "99999999999999999999999999", "1e5", "1.5", "0x1p3",
    "00000000000000000000000000000000012", "1_000", "\xc2\xa0" "1", "7fffffffffffffff", "zzzzzzzzzzzzz"};

static void integers(void) {
  static const int bases[] = {0, 2, 3, 8, 10, 16, 35, 36};
  for (size_t t = 0; t < COUNT(texts); ++t) {
    for (size_t b = 0; b < COUNT(bases); ++b) {
      char *end = NULL;
      errno = 0;
      long long whole = strtoll(texts[t], &end, bases[b]);
      say("strtoll %s %d: %lld %td %s", texts[t], bases[b], whole, end - texts[t], range_error());
      errno = 0;
      unsigned long long natural = strtoull(texts[t], &end, bases[b]);
      say("strtoull %s %d: %llu %td %s", texts[t], bases[b], natural, end - texts[t], range_error());
      errno = 0;
      intmax_t most = strtoimax(texts[t], &end, bases[b]);
      say("strtoimax %jd %s", most, range_error());
      errno = 0;
      uintmax_t most_natural = strtoumax(texts[t], &end, bases[b]);
      say("strtoumax %ju %s", most_natural, range_error());
      wchar_t wide[64];
      size_t length = strlen(texts[t]);
      for (size_t i = 0; i <= length; ++i)
        wide[i] = (wchar_t)(signed char)texts[t][i] < 0 ? L'?' : texts[t][i];
      wchar_t *wide_end = NULL;
      errno = 0;
      whole = wcstoll(wide, &wide_end, bases[b]);
      say("wcstoll %lld %td %s", whole, wide_end - wide, range_error());
    }
    say("atoll %lld", strlen(texts[t]) < 19 ? atoll(texts[t]) : 0);
  }
  char *end = NULL;
  errno = 0;
  strtol("1", &end, 1);
  say("base 1 %s", error_name(errno));
  errno = 0;
  strtoul("1", &end, 37);
  say("base 37 %s", error_name(errno));
}

static void reals(void) {
  static const char *const more[] = {".5",     "5.",      ".",      "1e",     "1e+",     "1e-5",   "1E5x",   "1e308",  "1e309",  "-1e309",   "1e-307", "1e-323", "1e-324", "1e-400",
                                     "2.4703282292062327e-324", "2.2250738585072011e-308", "2.2250738585072014e-308",
                                     "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "9007199254740993", "9007199254740992.5",
                                     "9007199254740993.00000000000000000000000000000000000001", "0x1p-1074", "0x1p-1075", "0x1p1023", "0x1.fffffffffffff8p0",
                                     "0x.8p1", "0x1.8", "0xp1", "0x.p1", "0x1p+", "inf", "INFINITY", "-inf", "infinite", "in", "nan", "NAN(abc)", "nan(", "nan()", "-nan",
                                     "1e99999999999999999999", "1e-99999999999999999999", "0e99999999999", "1.e5", ".e5", "1..2", "179769313486231580793e289",
                                     "0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000001e80", "1e23", "8.5e22", "6.02214076e23", "123456789012345678901234567890"};
  for (size_t t = 0; t < COUNT(texts) + COUNT(more); ++t) {
    const char *value = t < COUNT(texts) ? texts[t] : more[t - COUNT(texts)];
    char *end = NULL;
    errno = 0;
    double read = strtod(value, &end);
    say("strtod %s: %llx %td %s", value, (unsigned long long)bits(read), end - value, range_error());
    errno = 0;
    float single = strtof(value, &end);
    say("strtof %s: %x %td %s", value, bits_f(single), end - value, range_error());
    say("atof %llx", (unsigned long long)bits(atof(value)));
  }
  /* Random digits are rounded right. */
  for (int i = 0; i < 3000; ++i) {
    char text[64];
    unsigned first = next_number(), second = next_number(), third = next_number();
    int exponent = (int)(next_number() % 660) - 340;
    snprintf(text, sizeof(text), "%u%u.%ue%d", first, second, third, exponent);
    say("%s %llx %x", text, (unsigned long long)bits(strtod(text, NULL)), bits_f(strtof(text, NULL)));
  }
}

static void divisions(void) {
  static const int values[] = {7, -7, 0, 1, -1};
  for (size_t a = 0; a < COUNT(values); ++a)
    for (size_t b = 0; b < COUNT(values); ++b) {
      if (values[b] == 0)
        continue;
      div_t made = div(values[a], values[b]);
      lldiv_t large = lldiv(values[a] * 1000000007LL, values[b]);
      imaxdiv_t most = imaxdiv(values[a], values[b]);
      say("%d %d %lld %lld %jd %jd", made.quot, made.rem, large.quot, large.rem, most.quot, most.rem);
    }
}

void compare(void) {
  integers();
  reals();
  divisions();
}
