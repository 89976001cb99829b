/*
 * string.h: the C library's, with the locale as an argument.
 */
#ifndef CLOUDABI_STRING_H
#define CLOUDABI_STRING_H

#include_next <string.h>

#ifdef __wasi__
#define __NEED_locale_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

char *strsignal(int signal);

char *strsignal_l(int signal, locale_t locale);

#ifdef __cplusplus
}
#endif
#endif

#endif
