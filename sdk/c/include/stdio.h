/*
 * stdio.h: the C library's, files beneath directories, and functions with the locale as an argument.
 */
#ifndef CLOUDABI_STDIO_H
#define CLOUDABI_STDIO_H

#include_next <stdio.h>

#ifdef __wasi__
#include <stdarg.h>
#define __NEED_locale_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opens a file beneath a directory: a mode of fopen, with x and e. */
FILE *fopenat(int directory, const char *path, const char *mode);

/*
 * Takes a lock for a stream, as often as wanted, and gives it up. The functions that read and write do not take it:
 * threads that share a stream take it themselves.
 */
void flockfile(FILE *stream);
int ftrylockfile(FILE *stream);
void funlockfile(FILE *stream);

int vfprintf_l(FILE *stream, locale_t locale, const char *format, va_list arguments);
int vdprintf_l(int fd, locale_t locale, const char *format, va_list arguments);
int vsnprintf_l(char *string, size_t size, locale_t locale, const char *format, va_list arguments);
int vasprintf_l(char **string, locale_t locale, const char *format, va_list arguments);
int vfscanf_l(FILE *stream, locale_t locale, const char *format, va_list arguments);
int vsscanf_l(const char *string, locale_t locale, const char *format, va_list arguments);
FILE *fdopen_l(int fd, const char *mode, locale_t locale);
FILE *fmemopen_l(void *bytes, size_t size, const char *mode, locale_t locale);
FILE *open_memstream_l(char **bytes, size_t *size, locale_t locale);
FILE *fopenat_l(int directory, const char *path, const char *mode, locale_t locale);
int fprintf_l(FILE *stream, locale_t locale, const char *format, ...);
int dprintf_l(int fd, locale_t locale, const char *format, ...);
int snprintf_l(char *string, size_t size, locale_t locale, const char *format, ...);
int asprintf_l(char **string, locale_t locale, const char *format, ...);
int fscanf_l(FILE *stream, locale_t locale, const char *format, ...);
int sscanf_l(const char *string, locale_t locale, const char *format, ...);

#ifdef __cplusplus
}
#endif
#endif

#endif
