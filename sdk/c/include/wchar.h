/*
 * wchar.h: the C library's, wide forms of what there is for bytes, and functions with the locale as an argument.
 */
#ifndef CLOUDABI_WCHAR_H
#define CLOUDABI_WCHAR_H

#include_next <wchar.h>

#ifdef __wasi__
#include <stdarg.h>
#include <stdio.h>
#include <sys/types.h>
#define __NEED_locale_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

int aswprintf(wchar_t **string, const wchar_t *format, ...);
int vaswprintf(wchar_t **string, const wchar_t *format, va_list arguments);
int dwprintf(int fd, const wchar_t *format, ...);
int vdwprintf(int fd, const wchar_t *format, va_list arguments);

/* Read up to and with a character, into memory that grows: the length, or -1 at the end or with errno. */
ssize_t getwdelim(wchar_t **line, size_t *size, wint_t delimiter, FILE *stream);
ssize_t getwline(wchar_t **line, size_t *size, FILE *stream);

size_t wcslcat(wchar_t *to, const wchar_t *from, size_t size);
size_t wcslcpy(wchar_t *to, const wchar_t *from, size_t size);
wchar_t *wcsndup(const wchar_t *string, size_t length);
wchar_t *wmemmem(const wchar_t *in, size_t length, const wchar_t *wanted, size_t wanted_length);
int wcsverscmp(const wchar_t *, const wchar_t *);
/* Amounts, as monetary.h has them. */
ssize_t wcsfmon(wchar_t *__restrict text, size_t size, const wchar_t *__restrict format, ...);
ssize_t wcsfmon_l(wchar_t *__restrict text, size_t size, locale_t locale, const wchar_t *__restrict format, ...);
ssize_t vwcsfmon(wchar_t *__restrict text, size_t size, const wchar_t *__restrict format, va_list arguments);
ssize_t vwcsfmon_l(wchar_t *__restrict text, size_t size, locale_t locale, const wchar_t *__restrict format,
                   va_list arguments);

wchar_t *wcsptime(const wchar_t *string, const wchar_t *format, struct tm *time);
wchar_t *wcsptime_l(const wchar_t *string, const wchar_t *format, struct tm *time, locale_t locale);

double wcstod_l(const wchar_t *string, wchar_t **end, locale_t locale);
float wcstof_l(const wchar_t *string, wchar_t **end, locale_t locale);
long double wcstold_l(const wchar_t *string, wchar_t **end, locale_t locale);
wint_t btowc_l(int byte, locale_t locale);
int wctob_l(wint_t wide, locale_t locale);
size_t mbrlen_l(const char *string, size_t size, mbstate_t *state, locale_t locale);
size_t mbrtowc_l(wchar_t *wide, const char *string, size_t size, mbstate_t *state, locale_t locale);
size_t wcrtomb_l(char *string, wchar_t wide, mbstate_t *state, locale_t locale);
size_t mbsnrtowcs_l(wchar_t *wide, const char **string, size_t size, size_t room, mbstate_t *state, locale_t locale);
size_t mbsrtowcs_l(wchar_t *wide, const char **string, size_t room, mbstate_t *state, locale_t locale);
size_t wcsnrtombs_l(char *string, const wchar_t **wide, size_t size, size_t room, mbstate_t *state, locale_t locale);
size_t wcsrtombs_l(char *string, const wchar_t **wide, size_t room, mbstate_t *state, locale_t locale);
int vfwprintf_l(FILE *stream, locale_t locale, const wchar_t *format, va_list arguments);
int vswprintf_l(wchar_t *string, size_t size, locale_t locale, const wchar_t *format, va_list arguments);
int vfwscanf_l(FILE *stream, locale_t locale, const wchar_t *format, va_list arguments);
int vswscanf_l(const wchar_t *string, locale_t locale, const wchar_t *format, va_list arguments);
int vaswprintf_l(wchar_t **string, locale_t locale, const wchar_t *format, va_list arguments);
int vdwprintf_l(int fd, locale_t locale, const wchar_t *format, va_list arguments);
int fwprintf_l(FILE *stream, locale_t locale, const wchar_t *format, ...);
int swprintf_l(wchar_t *string, size_t size, locale_t locale, const wchar_t *format, ...);
int fwscanf_l(FILE *stream, locale_t locale, const wchar_t *format, ...);
int swscanf_l(const wchar_t *string, locale_t locale, const wchar_t *format, ...);
int aswprintf_l(wchar_t **string, locale_t locale, const wchar_t *format, ...);
int dwprintf_l(int fd, locale_t locale, const wchar_t *format, ...);

#ifdef __cplusplus
}
#endif
#endif

#endif
