/*
 * locale.h: the C library's, with the two locales that there are as constants, and the locale as an argument.
 */
#ifndef CLOUDABI_LOCALE_H
#define CLOUDABI_LOCALE_H

#include_next <locale.h>

#ifdef __wasi__
#define __NEED_locale_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The locale C, whose characters are bytes, and the same with UTF-8. Neither needs to be freed. */
locale_t cloudabi_locale_c(void);
locale_t cloudabi_locale_c_unicode(void);
#define LC_C_LOCALE (cloudabi_locale_c())
#define LC_C_UNICODE_LOCALE (cloudabi_locale_c_unicode())

/* The category of time zones, which newlocale accepts: all of them are UTC. */
#define LC_TIMEZONE_MASK (1 << 6)

struct lconv *localeconv_l(locale_t locale);

#ifdef __cplusplus
}
#endif
#endif

#endif
