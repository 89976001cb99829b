/* Cases in which C libraries are known to differ, and what the standards say of them. */
#define _GNU_SOURCE 1
#include "check.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <wchar.h>

/* C11, 7.21.6.2: an item is the longest prefix of what could match, and is a failure if it does not match itself. */
TEST(scanning_fails_for_the_beginning_of_a_number) {
  long long whole = 7;
  EQUAL(sscanf("0x", "%lli", &whole), 0);
  EQUAL(sscanf("0xg", "%llx", &whole), 0);
  EQUAL(sscanf("0x1F", "%2llx", (unsigned long long *)&whole), 0);
  EQUAL(whole, 7);
  double real = 7;
  EQUAL(sscanf("1e", "%lf", &real), 0);
  EQUAL(sscanf("1e+x", "%lf", &real), 0);
  EQUAL(sscanf("infi", "%lf", &real), 0);
  CHECK(real == 7);
  int at = 0;
  EQUAL(sscanf("nan(12)x", "%lf%n", &real, &at), 1);
  EQUAL(at, 7);
  char text[4];
  EQUAL(sscanf("ab", "%3c", text), 0);
  FILE *stream = fmemopen((void *)"12 0x", 5, "r");
  EQUAL(fscanf(stream, "%lld %llx", &whole, (unsigned long long *)&whole), 1);
  EQUAL(whole, 12);
  fclose(stream);
}

/* 7.21.6.1: with #, zeros at the end stay. */
TEST(printing_keeps_zeros_where_it_is_told_to) {
  char text[32];
  snprintf(text, sizeof(text), "%#g %#.3g %g", 999999.5, 0.9999, 999999.5);
  CHECK(strcmp(text, "1.00000e+06 1.00 1e+06") == 0);
}

/* F.10.2.1 */
TEST(no_number_has_a_hyperbolic_cosine_below_one) {
  volatile double below[] = {0.999, 0, -1, -1.5, -5000, -INFINITY, NAN};
  for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); ++i) {
    CHECK(isnan(acosh(below[i])));
    CHECK(isnan(acoshf((float)below[i])));
    CHECK(isnan(acoshl(below[i])));
  }
  volatile double one = 1;
  CHECK(acosh(one) == 0 && !signbit(acosh(one)));
  CHECK(acosh(INFINITY) == INFINITY);
  CHECK(fabs(acosh(1e300) - 691.4686750787736) < 1e-10);
  CHECK(fabs(acosh(1.0000000001) / 1.4142136206046434e-5 - 1) < 1e-7);
}

TEST(a_product_is_added_before_it_is_rounded) {
  volatile double a = 1 + 0x1p-30, c = -(1 + 0x1p-29);
  CHECK(fma(a, a, c) == 0x1p-60);
  CHECK(isnan(fma(INFINITY, 0, 1)));
}

TEST(the_empty_text_is_in_every_text) {
  const char *empty = "", *text = "Text";
  CHECK(strcasestr(empty, "") == empty);
  CHECK(strcasestr(text, "") == text);
  CHECK(strcasestr(text, "EXT") == text + 1);
  CHECK(strcasestr(text, "tt") == NULL);
  CHECK(strcasestr(empty, "a") == NULL);
}

TEST(numbers_are_read_to_the_nearest) {
  char *end;
  errno = 0;
  CHECK(strtod("1.7976931348623159e308", &end) == INFINITY);
  EQUAL(errno, ERANGE);
  errno = 0;
  CHECK(strtod("1e-400", &end) == 0);
  EQUAL(errno, ERANGE);
  CHECK(strtod("9007199254740993", NULL) == 9007199254740992.0);
  CHECK(strtod("0x1.fffffffffffffp0", NULL) == 0x1.fffffffffffffp0);
  CHECK(strtof("1.00000017881393432617187501", NULL) == 1.00000023841857910156f);
  CHECK(wcstod(L"0x1p-1074", NULL) == 0x1p-1074);
  CHECK(wcstof(L"1e39", NULL) == INFINITY);
}

TEST(a_pattern_matches_the_longest_text_from_the_left) {
  regex_t pattern;
  regmatch_t found[3];
  EQUAL(regcomp(&pattern, "(a|ab)(c|bcd)", REG_EXTENDED), 0);
  EQUAL(regexec(&pattern, "xabcd", 3, found, 0), 0);
  EQUAL(found[0].rm_so, 1);
  EQUAL(found[0].rm_eo, 5);
  EQUAL(found[1].rm_eo, 2);
  regfree(&pattern);
  EQUAL(regcomp(&pattern, "[[:nope:]]", 0), REG_ECTYPE);
}

TEST(dates_are_read) {
  struct tm date = {0};
  const char *text = "2026-11-30 09:08:07 rest";
  CHECK(strptime(text, "%Y-%m-%d %T", &date) == text + 19);
  EQUAL(date.tm_year, 126);
  EQUAL(date.tm_mon, 10);
  EQUAL(date.tm_sec, 7);
  CHECK(strptime("12:00:61", "%T", &date) == NULL);
  CHECK(strptime("  2024", "%Y", &date) == NULL);
}
