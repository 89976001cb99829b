/*
 * stdlib.h: the C library's, and functions with the locale as an argument.
 */
#ifndef CLOUDABI_STDLIB_H
#define CLOUDABI_STDLIB_H

#include_next <stdlib.h>

#ifdef __wasi__
#include <stddef.h>
#define __NEED_locale_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most bytes of a character: 1 or 4. */
size_t cloudabi_mb_cur_max(locale_t locale);
#define MB_CUR_MAX_L(locale) cloudabi_mb_cur_max(locale)

/* The number in base 64, into six characters and the end: 0, or ERANGE when it does not fit. */
int l64a_r(long number, char *string, int size);

/* Sorts with an argument for the comparison. */
void qsort_r(void *base, size_t count, size_t size, int (*compare)(const void *, const void *, void *), void *argument);

long strtol_l(const char *string, char **end, int base, locale_t locale);
long long strtoll_l(const char *string, char **end, int base, locale_t locale);
unsigned long strtoul_l(const char *string, char **end, int base, locale_t locale);
unsigned long long strtoull_l(const char *string, char **end, int base, locale_t locale);
int mblen_l(const char *string, size_t size, locale_t locale);
size_t mbstowcs_l(wchar_t *wide, const char *string, size_t size, locale_t locale);
int mbtowc_l(wchar_t *wide, const char *string, size_t size, locale_t locale);
size_t wcstombs_l(char *string, const wchar_t *wide, size_t size, locale_t locale);
int wctomb_l(char *string, wchar_t wide, locale_t locale);

#ifdef __cplusplus
}
#endif
#endif

#endif
