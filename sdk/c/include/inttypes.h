/*
 * inttypes.h: the C library's, with the locale as an argument.
 */
#ifndef CLOUDABI_INTTYPES_H
#define CLOUDABI_INTTYPES_H

#include_next <inttypes.h>

#ifdef __wasi__
#define __NEED_locale_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

intmax_t strtoimax_l(const char *string, char **end, int base, locale_t locale);
uintmax_t strtoumax_l(const char *string, char **end, int base, locale_t locale);

#ifdef __cplusplus
}
#endif
#endif

#endif
