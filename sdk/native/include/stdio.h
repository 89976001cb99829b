/* stdio.h: text to descriptors that the program was given. There are no standard streams, and streams keep nothing back. */
#ifndef CLOUDABI_STDIO_H
#define CLOUDABI_STDIO_H
#include <stdarg.h>
#include <stddef.h>

#define EOF (-1)

typedef struct cloudabi_stream FILE;

FILE *fdopen(int fd, const char *mode);
int fclose(FILE *stream);
int fflush(FILE *stream);
int fileno(FILE *stream);
int fputc(int character, FILE *stream);
int fputs(const char *text, FILE *stream);
size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream);
size_t fread(void *bytes, size_t size, size_t count, FILE *stream);
int fgetc(FILE *stream);

int renameat(int from, const char *path, int to, const char *name);

int dprintf(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
int fprintf(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));
int snprintf(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
int vdprintf(int fd, const char *format, va_list values) __attribute__((format(printf, 2, 0)));
int vfprintf(FILE *stream, const char *format, va_list values) __attribute__((format(printf, 2, 0)));
int vsnprintf(char *text, size_t size, const char *format, va_list values) __attribute__((format(printf, 3, 0)));

#endif
