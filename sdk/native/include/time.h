/* time.h: clocks, and dates of UTC; there is no time zone. */
#ifndef CLOUDABI_TIME_H
#define CLOUDABI_TIME_H
#include <stddef.h>
#include <stdint.h>

typedef int64_t time_t;
typedef uint32_t clockid_t;

struct timespec {
  time_t tv_sec;
  long tv_nsec;
};

struct tm {
  int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
};

#define CLOCK_MONOTONIC 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_REALTIME 3
#define CLOCK_THREAD_CPUTIME_ID 4

int clock_gettime(clockid_t clock, struct timespec *time);
int nanosleep(const struct timespec *wanted, struct timespec *left);
time_t time(time_t *time);
struct tm *gmtime_r(const time_t *time, struct tm *date);

#endif
