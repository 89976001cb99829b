/*
 * uchar.h: the C library's, with the locale as an argument.
 */
#ifndef CLOUDABI_UCHAR_H
#define CLOUDABI_UCHAR_H

#include_next <uchar.h>

#ifdef __wasi__
#include <wchar.h>
#define __NEED_locale_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

size_t c16rtomb_l(char *string, char16_t wide, mbstate_t *state, locale_t locale);
size_t c32rtomb_l(char *string, char32_t wide, mbstate_t *state, locale_t locale);
size_t mbrtoc16_l(char16_t *wide, const char *string, size_t size, mbstate_t *state, locale_t locale);
size_t mbrtoc32_l(char32_t *wide, const char *string, size_t size, mbstate_t *state, locale_t locale);

#ifdef __cplusplus
}
#endif
#endif

#endif
