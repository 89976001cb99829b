/* printf: every conversion with every flag, widths and precisions, and the values at which it changes. */
#include "say.h"

#include <limits.h>
#include <stddef.h>
#include <wchar.h>

static char text[512];

static const char *const flags[] = {"", "-", "+", " ", "#", "0", "-+", "+0", " 0", "#0", "-#", "+-0 #"};
static const char *const sizes[] = {"", "1", "12", ".0", ".1", ".5", "12.5", "3.0", "20.10", "."};

static void integers(void) {
  static const long long values[] = {0,        1,         -1,       9,        10,       127,      128,
                                     -128,     255,       256,      32767,    -32768,   65535,    65536,
                                     INT_MAX,  INT_MIN,   UINT_MAX, 1LL << 40, LLONG_MAX, LLONG_MIN};
  static const char conversions[] = "diuoxX";
  for (size_t f = 0; f < COUNT(flags); ++f)
    for (size_t s = 0; s < COUNT(sizes); ++s)
      for (const char *c = conversions; *c != '\0'; ++c)
        for (size_t v = 0; v < COUNT(values); ++v) {
          char format[32];
          snprintf(format, sizeof(format), "%%%s%sll%c", flags[f], sizes[s], *c);
          int length = snprintf(text, sizeof(text), format, values[v]);
          say("%s %d [%s]", format, length, text);
        }
  for (size_t v = 0; v < COUNT(values); ++v) {
    long long value = values[v];
    snprintf(text, sizeof(text), "%hhd %hhu %hd %hu %d %u %jd %ju %zx %tx", (int)(signed char)value, (int)(unsigned char)value,
             (int)(short)value, (int)(unsigned short)value, (int)value, (unsigned)value, (intmax_t)value, (uintmax_t)value,
             (size_t)(unsigned)value, (ptrdiff_t)(int)(value & 0x7fffffff));
    say("%s", text);
    /* Numbers that are too large are cut off. */
    snprintf(text, sizeof(text), "%hhd %hhx %hd %hx", (int)value, (int)value, (int)value, (int)value);
    say("%s", text);
  }
}

static void reals(void) {
  static const double values[] = {0.0,     -0.0,    1.0,        -1.0,     0.5,      1.5,       2.5,       0.1,
                                  1e-5,    1e-4,    9.9999e-5,  123456.0, 1234567.0, 999998.5,  9.995,     99.5,
                                  1e15,    1e16,    1e17,       1e21,     1e22,     1e23,      1e100,     1.7976931348623157e308,
                                  2.2250738585072014e-308, 4.9406564584124654e-324, INFINITY, -INFINITY, 0.000123456789,
                                  123456789.123456789, 5e-324, 3.0e-310};
  static const char conversions[] = "fFeEgG";
  for (size_t f = 0; f < COUNT(flags); ++f)
    for (size_t s = 0; s < COUNT(sizes); ++s)
      for (const char *c = conversions; *c != '\0'; ++c)
        for (size_t v = 0; v < COUNT(values); ++v) {
          char format[32];
          snprintf(format, sizeof(format), "%%%s%s%c", flags[f], sizes[s], *c);
          int length = snprintf(text, sizeof(text), format, values[v]);
          say("%s %d [%s]", format, length, text);
        }
  for (size_t v = 0; v < COUNT(values); ++v) {
    if (fabs(values[v]) > 0 && fabs(values[v]) < 2.3e-308)
      continue; /* the leading digit of a subnormal number is the library's choice */
    static const char *const formats[] = {"%a", "%A", "%30a", "%-30a|", "%+a", "%#a", "%030a", "% a"};
    for (size_t f = 0; f < COUNT(formats); ++f) {
      int length = snprintf(text, sizeof(text), formats[f], values[v]);
      say("%s %d [%s]", formats[f], length, text);
    }
  }
  for (int i = 0; i < 2000; ++i) {
    uint64_t random = (uint64_t)next_number() << 32;
    random |= next_number();
    double value;
    memcpy(&value, &random, sizeof(value));
    if (isnan(value))
      continue;
    int places = (int)(next_number() % 40), digits = (int)(next_number() % 25);
    snprintf(text, sizeof(text), "%.17g %.*e %.*g %g", value, places, value, digits, value, value);
    say("%s", text);
    value = (double)(next_number() % 100000) / 1000 * (i % 2 == 0 ? 1 : -1);
    snprintf(text, sizeof(text), "%.0f %.1f %.2f %.3f %8.2f %e", value, value, value, value, value, value);
    say("%s", text);
  }
  snprintf(text, sizeof(text), "%f %F %e %5.1g|%-6f|%06f|%+f|% f", NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN);
  say("%s", text);
}

static void strings(void) {
  static const char *const values[] = {"", "a", "some text", "\xc3\xa4\xe2\x82\xac"};
  for (size_t s = 0; s < COUNT(sizes); ++s)
    for (size_t v = 0; v < COUNT(values); ++v) {
      char format[32];
      snprintf(format, sizeof(format), "[%%%ss] [%%-%ss]", sizes[s], sizes[s]);
      int length = snprintf(text, sizeof(text), format, values[v], values[v]);
      say("%s %d %s", format, length, text);
    }
  /* Bytes that are not read beyond the precision. */
  const char open[3] = {'a', 'b', 'c'};
  snprintf(text, sizeof(text), "%.3s %.2s %.0s|", open, open, open);
  say("%s", text);
  snprintf(text, sizeof(text), "%c%5c%-5c|%%", 'x', 'y', 'z');
  say("%s", text);
  snprintf(text, sizeof(text), "%ls|%5ls|%-5ls|%.2ls|%lc", L"wide", L"ab", L"ab", L"abc", (wint_t)L'w');
  say("%s", text);
  snprintf(text, sizeof(text), "%*d|%-*d|%*d|%.*d|%.*d|%*.*f", 6, 1, 6, 2, -6, 3, 4, 4, -1, 5, 9, 2, 3.14159);
  say("%s", text);
  snprintf(text, sizeof(text), "%2$s %1$d %2$s %1$05d %3$*4$d", 7, "seven", 8, 5);
  say("%s", text);
  int before = -1, at = -1;
  long long far = -1;
  signed char near = -1;
  int length = snprintf(text, sizeof(text), "%nabc%n%hhn%d%lln", &before, &at, &near, 12345, &far);
  say("%d %d %d %d %lld", length, before, at, near, far);
  /* Room that is too small: the length is that of the whole, and the text ends. */
  for (size_t room = 0; room < 8; ++room) {
    memset(text, '#', 10);
    text[10] = '\0';
    length = snprintf(text, room, "%s%d", "abc", 123);
    say("%zu %d [%.10s]", room, length, text);
  }
  say("%d", snprintf(NULL, 0, "%1000d", 1));
  wchar_t wide[64];
  for (size_t room = 0; room < 10; ++room) {
    wmemset(wide, L'#', 10);
    int wrote = swprintf(wide, room, L"%ls%d", L"abc", 1234);
    say("%zu %s", room, wrote < 0 ? "less than 0" : "written");
  }
  say("%d %ls", swprintf(wide, COUNT(wide), L"%5ls|%-4d|%s|%c|%lc|%.2f|%x", L"ab", 12, "bytes", 'c', (wint_t)L'd', 2.5, 255), wide);
}

void compare(void) {
  integers();
  reals();
  strings();
}
