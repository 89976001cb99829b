/*
 * regex.h: the C library's, with the locale as an argument.
 */
#ifndef CLOUDABI_REGEX_H
#define CLOUDABI_REGEX_H

#include_next <regex.h>

#ifdef __wasi__
#define __NEED_locale_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

int regcomp_l(regex_t *regex, const char *pattern, int flags, locale_t locale);
int regexec_l(const regex_t *regex, const char *string, size_t count, regmatch_t *matches, int flags, locale_t locale);
size_t regerror_l(int error, const regex_t *regex, char *text, size_t size, locale_t locale);

#ifdef __cplusplus
}
#endif
#endif

#endif
