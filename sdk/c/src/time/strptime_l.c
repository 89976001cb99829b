#include <time.h>

char *strptime_l(const char *string, const char *format, struct tm *time, locale_t locale) {
  (void)locale;
  return strptime(string, format, time);
}
