/*
 * time.h: the C library's, with the clocks of the processor time that the process and the thread have used.
 */
#ifndef CLOUDABI_TIME_H
#define CLOUDABI_TIME_H

#ifdef __wasi__
#ifndef _WASI_EMULATED_PROCESS_CLOCKS
#define _WASI_EMULATED_PROCESS_CLOCKS
#endif
#endif
#include_next <time.h>

#ifdef __wasi__
#define __NEED_locale_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

extern const struct __clockid cloudabi_clock_process_cputime;
extern const struct __clockid cloudabi_clock_thread_cputime;
#define CLOCK_PROCESS_CPUTIME_ID (&cloudabi_clock_process_cputime)
#define CLOCK_THREAD_CPUTIME_ID (&cloudabi_clock_thread_cputime)

/* The time in the zone that the locale has, which is UTC if none was chosen: 0 or EOVERFLOW. */
int localtime_l(const struct timespec *time, struct tm *result, locale_t locale);

/* The time that a date in that zone names: 0 or EOVERFLOW. */
int mktime_l(const struct tm *date, struct timespec *result, locale_t locale);

char *strptime_l(const char *string, const char *format, struct tm *time, locale_t locale);

#ifdef __cplusplus
}
#endif
#endif

#endif
