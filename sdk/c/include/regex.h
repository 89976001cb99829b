/*
 * regex.h: the C library's, with the locale as an argument.
 */
#ifndef CLOUDABI_REGEX_H
#define CLOUDABI_REGEX_H

#include_next <regex.h>

#ifdef __wasi__
#define __NEED_locale_t
#define __NEED_wchar_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

int regcomp_l(regex_t *regex, const char *pattern, int flags, locale_t locale);
int regexec_l(const regex_t *regex, const char *string, size_t count, regmatch_t *matches, int flags, locale_t locale);
/* With a length, and with wide characters, which match as UTF-8; a NUL in a text ends it. */
int regncomp(regex_t *regex, const char *pattern, size_t length, int flags);
int regnexec(const regex_t *regex, const char *string, size_t length, size_t count, regmatch_t *matches, int flags);
int regncomp_l(regex_t *regex, const char *pattern, size_t length, int flags, locale_t locale);
int regnexec_l(const regex_t *regex, const char *string, size_t length, size_t count, regmatch_t *matches, int flags,
               locale_t locale);
int regwcomp(regex_t *regex, const wchar_t *pattern, int flags);
int regwexec(const regex_t *regex, const wchar_t *string, size_t count, regmatch_t *matches, int flags);
int regwncomp(regex_t *regex, const wchar_t *pattern, size_t length, int flags);
int regwnexec(const regex_t *regex, const wchar_t *string, size_t length, size_t count, regmatch_t *matches, int flags);
int regwcomp_l(regex_t *regex, const wchar_t *pattern, int flags, locale_t locale);
int regwncomp_l(regex_t *regex, const wchar_t *pattern, size_t length, int flags, locale_t locale);
size_t regerror_l(int error, const regex_t *regex, char *text, size_t size, locale_t locale);

#ifdef __cplusplus
}
#endif
#endif

#endif
