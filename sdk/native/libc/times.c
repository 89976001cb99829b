/* time.h */
#include <cloudabi_syscalls.h>
#include <errno.h>
#include <time.h>

#define SECOND 1000000000ull

int clock_gettime(clockid_t clock, struct timespec *time)
{
  cloudabi_timestamp_t now;
  cloudabi_errno_t error = cloudabi_sys_clock_time_get(clock, 1, &now);
  if (error) {
    errno = error;
    return -1;
  }
  time->tv_sec = (time_t)(now / SECOND);
  time->tv_nsec = (long)(now % SECOND);
  return 0;
}

time_t time(time_t *time)
{
  struct timespec now = { 0, 0 };
  clock_gettime(CLOCK_REALTIME, &now);
  if (time) *time = now.tv_sec;
  return now.tv_sec;
}

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
  if (wanted->tv_sec < 0 || wanted->tv_nsec < 0 || wanted->tv_nsec >= (long)SECOND) {
    errno = EINVAL;
    return -1;
  }
  cloudabi_subscription_t clock = {
    .type = CLOUDABI_EVENTTYPE_CLOCK,
    .clock = { .clock_id = CLOCK_MONOTONIC, .timeout = (uint64_t)wanted->tv_sec * SECOND + (uint64_t)wanted->tv_nsec },
  };
  cloudabi_event_t event;
  size_t count;
  cloudabi_errno_t error = cloudabi_sys_poll(&clock, &event, 1, &count);
  if (left) left->tv_sec = left->tv_nsec = 0;
  if (error == 0) return 0;
  errno = error;
  return -1;
}

/* Days since 1970 become a date of the Gregorian calendar, in years that begin in March. */
struct tm *gmtime_r(const time_t *time, struct tm *date)
{
  int64_t days = *time / 86400, rest = *time % 86400;
  if (rest < 0) {
    rest += 86400;
    days--;
  }
  int64_t since = days + 719468;
  int64_t era = (since >= 0 ? since : since - 146096) / 146097;
  int64_t day = since - era * 146097;
  int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
  int64_t of_year = day - (365 * year + year / 4 - year / 100);
  int64_t month = (5 * of_year + 2) / 153;
  year += era * 400 + (month >= 10);
  if (year - 1900 > INT32_MAX || year - 1900 < INT32_MIN) {
    errno = EOVERFLOW;
    return NULL;
  }
  int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  date->tm_sec = (int)(rest % 60);
  date->tm_min = (int)(rest / 60 % 60);
  date->tm_hour = (int)(rest / 3600);
  date->tm_mday = (int)(of_year - (153 * month + 2) / 5 + 1);
  date->tm_mon = (int)(month < 10 ? month + 2 : month - 10);
  date->tm_year = (int)(year - 1900);
  date->tm_wday = (int)(((days + 4) % 7 + 7) % 7);
  date->tm_yday = (int)(month < 10 ? of_year + 59 + leap : of_year - 306);
  date->tm_isdst = 0;
  return date;
}

int sched_yield(void) { return cloudabi_sys_thread_yield(); }
