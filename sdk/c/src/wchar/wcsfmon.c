/* Amounts as wide characters. */
#include <errno.h>
#include <locale.h>
#include <monetary.h>
#include <stdarg.h>
#include <stdlib.h>
#include <wchar.h>

enum { BYTES_MAX = 4 };

ssize_t vwcsfmon(wchar_t *restrict text, size_t size, const wchar_t *restrict format, va_list arguments) {
  size_t room = (wcslen(format) + 1) * BYTES_MAX, most = size * BYTES_MAX + 1;
  char *narrow = malloc(room), *made = malloc(most);
  ssize_t result = -1;
  if (narrow != NULL && made != NULL && wcstombs_l(narrow, format, room, LC_C_UNICODE_LOCALE) != (size_t)-1 &&
      vstrfmon(made, most, narrow, arguments) >= 0) {
    size_t length = mbstowcs_l(NULL, made, 0, LC_C_UNICODE_LOCALE);
    if (length < size)
      result = (ssize_t)mbstowcs_l(text, made, size, LC_C_UNICODE_LOCALE);
    else
      errno = E2BIG;
  }
  free(narrow);
  free(made);
  return result;
}

ssize_t vwcsfmon_l(wchar_t *restrict text, size_t size, locale_t locale, const wchar_t *restrict format,
                   va_list arguments) {
  (void)locale;
  return vwcsfmon(text, size, format, arguments);
}

ssize_t wcsfmon(wchar_t *restrict text, size_t size, const wchar_t *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  ssize_t result = vwcsfmon(text, size, format, arguments);
  va_end(arguments);
  return result;
}

ssize_t wcsfmon_l(wchar_t *restrict text, size_t size, locale_t locale, const wchar_t *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  ssize_t result = vwcsfmon_l(text, size, locale, format, arguments);
  va_end(arguments);
  return result;
}
