#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

double wcstod_l(const wchar_t *string, wchar_t **end, locale_t locale) {
  (void)locale;
  return wcstod(string, end);
}

float wcstof_l(const wchar_t *string, wchar_t **end, locale_t locale) {
  (void)locale;
  return wcstof(string, end);
}

long double wcstold_l(const wchar_t *string, wchar_t **end, locale_t locale) {
  (void)locale;
  return wcstold(string, end);
}
