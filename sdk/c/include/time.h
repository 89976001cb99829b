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
#ifdef __cplusplus
extern "C" {
#endif

extern const struct __clockid cloudabi_clock_process_cputime;
extern const struct __clockid cloudabi_clock_thread_cputime;
#define CLOCK_PROCESS_CPUTIME_ID (&cloudabi_clock_process_cputime)
#define CLOCK_THREAD_CPUTIME_ID (&cloudabi_clock_thread_cputime)

#ifdef __cplusplus
}
#endif
#endif

#endif
