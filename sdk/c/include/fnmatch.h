/*
 * fnmatch.h: the C library's, with the locale as an argument.
 */
#ifndef CLOUDABI_FNMATCH_H
#define CLOUDABI_FNMATCH_H

#include_next <fnmatch.h>

#ifdef __wasi__
#define __NEED_locale_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

int fnmatch_l(const char *pattern, const char *string, int flags, locale_t locale);

#ifdef __cplusplus
}
#endif
#endif

#endif
