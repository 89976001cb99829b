/*
 * thread_unsafe.h: makes functions that keep their results in one place for all threads an error of the compiler,
 * which names the replacement. program.h includes it in programs with threads.
 */
#ifndef CLOUDABI_THREAD_UNSAFE_H
#define CLOUDABI_THREAD_UNSAFE_H
#pragma GCC system_header

#ifdef __cplusplus
extern "C" {
#endif

struct tm;

#define CLOUDABI_ONE_THREAD(instead) __attribute__((unavailable("threads would share its result: use " instead)))

extern char *strtok(char *, const char *) CLOUDABI_ONE_THREAD("strtok_r");
extern int rand(void) CLOUDABI_ONE_THREAD("rand_r, or arc4random for chance");
extern long random(void) CLOUDABI_ONE_THREAD("rand_r, or arc4random for chance");
extern char *asctime(const struct tm *) CLOUDABI_ONE_THREAD("strftime");
extern char *ctime(const long long *) CLOUDABI_ONE_THREAD("strftime with gmtime_r");
extern struct tm *gmtime(const long long *) CLOUDABI_ONE_THREAD("gmtime_r");
extern struct tm *localtime(const long long *) CLOUDABI_ONE_THREAD("localtime_r");
extern char *setlocale(int, const char *) CLOUDABI_ONE_THREAD("newlocale and the functions that take a locale");

#undef CLOUDABI_ONE_THREAD

#ifdef __cplusplus
}
#endif

#endif
