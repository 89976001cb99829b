#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

#include "../locale/with_locale.h"

int vfwprintf_l(FILE *stream, locale_t locale, const wchar_t *format, va_list arguments) {
  WITH_LOCALE(int, locale, vfwprintf(stream, format, arguments));
}

int vswprintf_l(wchar_t *string, size_t size, locale_t locale, const wchar_t *format, va_list arguments) {
  WITH_LOCALE(int, locale, vswprintf(string, size, format, arguments));
}

int vfwscanf_l(FILE *stream, locale_t locale, const wchar_t *format, va_list arguments) {
  WITH_LOCALE(int, locale, vfwscanf(stream, format, arguments));
}

int vswscanf_l(const wchar_t *string, locale_t locale, const wchar_t *format, va_list arguments) {
  WITH_LOCALE(int, locale, vswscanf(string, format, arguments));
}

int vaswprintf_l(wchar_t **string, locale_t locale, const wchar_t *format, va_list arguments) {
  WITH_LOCALE(int, locale, vaswprintf(string, format, arguments));
}

int vdwprintf_l(int fd, locale_t locale, const wchar_t *format, va_list arguments) {
  WITH_LOCALE(int, locale, vdwprintf(fd, format, arguments));
}
