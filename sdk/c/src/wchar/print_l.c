#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

int fwprintf_l(FILE *stream, locale_t locale, const wchar_t *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vfwprintf_l(stream, locale, format, arguments);
  va_end(arguments);
  return result;
}

int swprintf_l(wchar_t *string, size_t size, locale_t locale, const wchar_t *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vswprintf_l(string, size, locale, format, arguments);
  va_end(arguments);
  return result;
}

int fwscanf_l(FILE *stream, locale_t locale, const wchar_t *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vfwscanf_l(stream, locale, format, arguments);
  va_end(arguments);
  return result;
}

int swscanf_l(const wchar_t *string, locale_t locale, const wchar_t *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vswscanf_l(string, locale, format, arguments);
  va_end(arguments);
  return result;
}

int aswprintf_l(wchar_t **string, locale_t locale, const wchar_t *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vaswprintf_l(string, locale, format, arguments);
  va_end(arguments);
  return result;
}

int dwprintf_l(int fd, locale_t locale, const wchar_t *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vdwprintf_l(fd, locale, format, arguments);
  va_end(arguments);
  return result;
}
