#include <stdarg.h>
#include <stdio.h>

int fprintf_l(FILE *stream, locale_t locale, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vfprintf_l(stream, locale, format, arguments);
  va_end(arguments);
  return result;
}

int dprintf_l(int fd, locale_t locale, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vdprintf_l(fd, locale, format, arguments);
  va_end(arguments);
  return result;
}

int snprintf_l(char *string, size_t size, locale_t locale, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vsnprintf_l(string, size, locale, format, arguments);
  va_end(arguments);
  return result;
}

int asprintf_l(char **string, locale_t locale, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vasprintf_l(string, locale, format, arguments);
  va_end(arguments);
  return result;
}

int fscanf_l(FILE *stream, locale_t locale, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vfscanf_l(stream, locale, format, arguments);
  va_end(arguments);
  return result;
}

int sscanf_l(const char *string, locale_t locale, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vsscanf_l(string, locale, format, arguments);
  va_end(arguments);
  return result;
}
