/* sscanf: how many values, which, and how far it reads. */
#include "say.h"

#include <stddef.h>
#include <wchar.h>

static void integers(void) {
  static const char *const formats[] = {"%lld%n", "%lli%n", "%llu%n", "%llo%n", "%llx%n", "%3lld%n", "%1lli%n", " %lld %n", "%lld,%n"};
  static const char *const inputs[] = {"",      "0",   "12",    "-12",  "+12",  " 12",  "\t\n 7 8", "0x1F",  "0X1g", "017",
                                       "08",    "1,2", "a",     "-",    "--1",  "- 1",  "123456",   "1e5",   "0b11", "9223372036854775807",
                                       "-9223372036854775808", "12,",   "12 ,", "1 2"};
  for (size_t f = 0; f < COUNT(formats); ++f)
    for (size_t i = 0; i < COUNT(inputs); ++i) {
      long long value = -77;
      int at = -1;
      int count = sscanf(inputs[i], formats[f], &value, &at);
      say("%s [%s] %d %lld %d", formats[f], inputs[i], count, value, at);
    }
  signed char tiny = 0;
  short small = 0;
  long large = 0;
  intmax_t most = 0;
  size_t size = 0;
  ptrdiff_t distance = 0;
  int count = sscanf("1 2 3 4 5 6", "%hhd%hd%ld%jd%zu%td", &tiny, &small, &large, &most, &size, &distance);
  say("%d %d %d %ld %jd %zu %td", count, tiny, small, large, most, size, distance);
}

static void reals(void) {
  static const char *const inputs[] = {"1",   "1.5",  "-1.5e3", ".5",   "5.",    ".",      "e5",   "inf",  "-INF",
                                       "infinity", "infinit", "nan", "0x1.8p1", "0x.8",  "1e400", "1.0.0", "+3", "- 3"};
  static const char *const formats[] = {"%lf%n", "%le%n", "%lg%n", "%la%n"};
  for (size_t f = 0; f < COUNT(formats); ++f)
    for (size_t i = 0; i < COUNT(inputs); ++i) {
      double value = -77;
      int at = -1;
      int count = sscanf(inputs[i], formats[f], &value, &at);
      say("%s [%s] %d %llx %d", formats[f], inputs[i], count, (unsigned long long)bits(value), at);
    }
  float single = 0;
  int count = sscanf("3.25", "%f", &single);
  say("%d %x", count, bits_f(single));
}

static void strings(void) {
  static const char *const formats[] = {"%19s%n",      "%3s%n",      "%19[a-z]%n", "%19[^,]%n", "%19[]a]%n", "%19[^]]%n", "%2[0-9]%n",
                                        "%c%n",        "%1c%n",      " %c%n",      "x%19s%n",   "%%%19s%n",  "%19[a-]%n", "a b%19s%n",
                                        "%*s%19s%n",   "%*[^,],%19s%n", "%19[\n ]%n"};
  static const char *const inputs[] = {"", "abc", "  abc def", "abc,def", "]a]b", "x y", "%z", "12345", "a-b", "a  bcd", "ab", "\n \nx", "one two three"};
  for (size_t f = 0; f < COUNT(formats); ++f)
    for (size_t i = 0; i < COUNT(inputs); ++i) {
      char text[20];
      memset(text, 0, sizeof(text));
      int at = -1;
      int count = sscanf(inputs[i], formats[f], text, &at);
      say("%s [%s] %d [%s] %d", formats[f], inputs[i], count, text, at);
    }
  char *made = NULL;
  int count = sscanf("allocated text", "%ms", &made);
  say("%d %s", count, made == NULL ? "none" : made);
  free(made);
  wchar_t wide[20] = {0};
  count = sscanf("wide text", "%19ls", wide);
  say("%d %ls", count, wide);
  int first = 0, second = 0;
  count = sscanf("1 2", "%2$d %1$d", &first, &second);
  say("%d %d %d", count, first, second);
  count = swscanf(L"12 abc", L"%d %19ls", &first, wide);
  say("%d %d %ls", count, first, wide);
}

void compare(void) {
  integers();
  reals();
  strings();
}
