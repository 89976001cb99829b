/* printf, for all that texts are printed to. */
#pragma once
#include <stdarg.h>
#include <stddef.h>

typedef void cloudabi_put_t(void *to, const char *text, size_t length);

/* Returns the number of bytes; -1 for a format that is not known. */
int cloudabi_print(cloudabi_put_t *put, void *to, const char *format, va_list values);
