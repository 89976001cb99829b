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

/*
 * The category of time zones, by their names in the database of the IANA, which is built in: newlocale(LC_TIMEZONE_MASK,
 * "Europe/Amsterdam", base); ENOENT for a name that there is not. A locale without one has UTC. It matters to
 * localtime_l and mktime_l alone.
 */
#define LC_TIMEZONE_MASK (1 << 6)
locale_t cloudabi_newlocale(int mask, const char *name, locale_t base);
locale_t cloudabi_duplocale(locale_t locale);
void cloudabi_freelocale(locale_t locale);
#define newlocale cloudabi_newlocale
#define duplocale cloudabi_duplocale
#define freelocale cloudabi_freelocale

struct lconv *localeconv_l(locale_t locale);

#ifdef __cplusplus
}
#endif
#endif

#endif
