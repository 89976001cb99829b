#include <errno.h>
#include <time.h>

int localtime_l(const struct timespec *time, struct tm *result, locale_t locale) {
  (void)locale;
  return gmtime_r(&time->tv_sec, result) == NULL ? errno : 0;
}

int mktime_l(const struct tm *date, struct timespec *result, locale_t locale) {
  (void)locale;
  struct tm copy = *date;
  errno = 0;
  time_t seconds = timegm(&copy);
  if (seconds == -1 && errno != 0)
    return errno;
  *result = (struct timespec){.tv_sec = seconds};
  return 0;
}
