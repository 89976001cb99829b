/* Amounts, and patterns with lengths and wide characters. */
#include "check.h"

#include <locale.h>
#include <monetary.h>
#include <regex.h>
#include <stdarg.h>
#include <wchar.h>

static ssize_t amounts(char *text, size_t size, const char *format, ...) {
  va_list list;
  va_start(list, format);
  ssize_t result = vstrfmon(text, size, format, list);
  va_end(list);
  return result;
}
static ssize_t amounts_l(char *text, size_t size, const char *format, ...) {
  va_list list;
  va_start(list, format);
  ssize_t result = vstrfmon_l(text, size, LC_C_LOCALE, format, list);
  va_end(list);
  return result;
}
static ssize_t wide_amounts(wchar_t *text, size_t size, const wchar_t *format, ...) {
  va_list list;
  va_start(list, format);
  ssize_t result = vwcsfmon(text, size, format, list);
  va_end(list);
  return result;
}
static ssize_t wide_amounts_l(wchar_t *text, size_t size, const wchar_t *format, ...) {
  va_list list;
  va_start(list, format);
  ssize_t result = vwcsfmon_l(text, size, LC_C_LOCALE, format, list);
  va_end(list);
  return result;
}

TEST(amounts_are_numbers_with_a_point) {
  char text[64];
  EQUAL(amounts(text, sizeof(text), "[%n] 100%% [%i]", 1234.567, -0.5), 22);
  CHECK(strcmp(text, "[1234.57] 100% [-0.50]") == 0 || (dprintf(output, "# %s\n", text), false));
  EQUAL(amounts_l(text, sizeof(text), "%11n|%-11n|", 123.45, 123.45), 24);
  CHECK(strcmp(text, "     123.45|123.45     |") == 0);
  amounts(text, sizeof(text), "%=*#5.1n %(n %(n", 12.34, -1.0, 1.0);
  CHECK(strcmp(text, " ***12.3 (1.00) 1.00") == 0 || (dprintf(output, "# %s\n", text), false));
  FAILS(amounts(text, 4, "%n", 123.45), E2BIG);
  FAILS(amounts(text, sizeof(text), "%d", 1.0), EINVAL);
  FAILS(amounts(text, 0, ""), E2BIG);
}

TEST(wide_amounts_are_the_same) {
  wchar_t text[32];
  EQUAL(wcsfmon(text, 32, L"\u20ac %n", 1.5), 6);
  CHECK(wcscmp(text, L"\u20ac 1.50") == 0);
  EQUAL(wcsfmon_l(text, 32, LC_C_LOCALE, L"%.0n", 2.0), 1);
  CHECK(wcscmp(text, L"2") == 0);
  EQUAL(wide_amounts(text, 32, L"%n", 3.0), 4);
  EQUAL(wide_amounts_l(text, 32, L"%n", -3.0), 5);
  FAILS(wcsfmon(text, 4, L"%n", 3.0), E2BIG);
}

TEST(patterns_and_texts_with_a_length) {
  regex_t regex;
  regmatch_t matches[2];
  EQUAL(regncomp(&regex, "a(b+)zzz", 5, REG_EXTENDED), 0);
  EQUAL(regnexec(&regex, "xabbbb", 4, 2, matches, 0), 0);
  EQUAL(matches[0].rm_so, 1);
  EQUAL(matches[0].rm_eo, 4);
  EQUAL(matches[1].rm_so, 2);
  EQUAL(regnexec(&regex, "xab", 2, 2, matches, 0), REG_NOMATCH);
  regfree(&regex);
  EQUAL(regncomp(&regex, "a\0b", 3, 0), REG_BADPAT);
  EQUAL(regncomp_l(&regex, "^.$z", 3, 0, LC_C_UNICODE_LOCALE), 0);
  EQUAL(regnexec_l(&regex, "\xc3\xa9x", 2, 0, NULL, 0, LC_C_UNICODE_LOCALE), 0);
  EQUAL(regnexec_l(&regex, "\xc3\xa9x", 3, 0, NULL, 0, LC_C_UNICODE_LOCALE), REG_NOMATCH);
  regfree(&regex);
}

TEST(patterns_of_wide_characters) {
  regex_t regex;
  regmatch_t matches[2];
  EQUAL(regwcomp(&regex, L"\u20ac([0-9]+)", REG_EXTENDED), 0);
  EQUAL(regwexec(&regex, L"\u00e9\U0001f600\u20ac42!", 2, matches, 0), 0);
  EQUAL(matches[0].rm_so, 2);
  EQUAL(matches[0].rm_eo, 5);
  EQUAL(matches[1].rm_so, 3);
  EQUAL(regwnexec(&regex, L"\u20ac42", 2, 2, matches, 0), 0);
  EQUAL(matches[1].rm_eo, 2);
  EQUAL(regwexec(&regex, L"42", 0, NULL, 0), REG_NOMATCH);
  regfree(&regex);
  EQUAL(regwncomp(&regex, L"abc", 2, 0), 0);
  EQUAL(regwexec(&regex, L"ab", 0, NULL, 0), 0);
  regfree(&regex);
  EQUAL(regwcomp(&regex, L"(", REG_EXTENDED), REG_EPAREN);
  EQUAL(regwcomp_l(&regex, L"x", 0, LC_C_LOCALE), 0);
  regfree(&regex);
  EQUAL(regwncomp_l(&regex, L"x", 1, 0, LC_C_LOCALE), 0);
  regfree(&regex);
}
