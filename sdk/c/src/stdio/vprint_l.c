#include <stdarg.h>
#include <stdio.h>

#include "../locale/with_locale.h"

int vfprintf_l(FILE *stream, locale_t locale, const char *format, va_list arguments) {
  WITH_LOCALE(int, locale, vfprintf(stream, format, arguments));
}

int vdprintf_l(int fd, locale_t locale, const char *format, va_list arguments) {
  WITH_LOCALE(int, locale, vdprintf(fd, format, arguments));
}

int vsnprintf_l(char *string, size_t size, locale_t locale, const char *format, va_list arguments) {
  WITH_LOCALE(int, locale, vsnprintf(string, size, format, arguments));
}

int vasprintf_l(char **string, locale_t locale, const char *format, va_list arguments) {
  WITH_LOCALE(int, locale, vasprintf(string, format, arguments));
}

int vfscanf_l(FILE *stream, locale_t locale, const char *format, va_list arguments) {
  WITH_LOCALE(int, locale, vfscanf(stream, format, arguments));
}

int vsscanf_l(const char *string, locale_t locale, const char *format, va_list arguments) {
  WITH_LOCALE(int, locale, vsscanf(string, format, arguments));
}
