/*
 * monetary.h: the C library's, and the forms that take a list of arguments or give wide characters. The locales that there
 * are have no currency, so an amount is a number with a point.
 */
#ifndef CLOUDABI_MONETARY_H
#define CLOUDABI_MONETARY_H

#include_next <monetary.h>

#ifdef __wasi__
#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

ssize_t vstrfmon(char *__restrict text, size_t size, const char *__restrict format, va_list arguments);
ssize_t vstrfmon_l(char *__restrict text, size_t size, locale_t locale, const char *__restrict format, va_list arguments);

#ifdef __cplusplus
}
#endif
#endif

#endif
