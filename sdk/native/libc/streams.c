/* stdio.h: each call writes at once what it is given. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "print.h"

struct cloudabi_stream {
  int fd;
};

/* Writes all of it, however often that takes. */
static int write_all(int fd, const void *bytes, size_t length)
{
  for (const char *at = bytes; length > 0;) {
    ssize_t done = write(fd, at, length);
    if (done < 0) return -1;
    at += done;
    length -= (size_t)done;
  }
  return 0;
}

/* Text on its way to a descriptor, in pieces that fill its room. */
struct pending {
  int fd, failed;
  size_t length;
  char text[512];
};

static void flush(struct pending *pending)
{
  if (write_all(pending->fd, pending->text, pending->length) != 0) pending->failed = 1;
  pending->length = 0;
}

static void put_pending(void *to, const char *text, size_t length)
{
  struct pending *pending = to;
  while (length > 0) {
    size_t room = sizeof(pending->text) - pending->length;
    size_t part = length < room ? length : room;
    memcpy(pending->text + pending->length, text, part);
    pending->length += part;
    text += part;
    length -= part;
    if (pending->length == sizeof(pending->text)) flush(pending);
  }
}

int vdprintf(int fd, const char *format, va_list values)
{
  struct pending pending = { .fd = fd };
  int count = cloudabi_print(put_pending, &pending, format, values);
  flush(&pending);
  return pending.failed ? -1 : count;
}

struct bounded {
  char *text;
  size_t left;
};

static void put_bounded(void *to, const char *text, size_t length)
{
  struct bounded *bounded = to;
  size_t part = length < bounded->left ? length : bounded->left;
  memcpy(bounded->text, text, part);
  bounded->text += part;
  bounded->left -= part;
}

int vsnprintf(char *text, size_t size, const char *format, va_list values)
{
  struct bounded bounded = { text, size > 0 ? size - 1 : 0 };
  int count = cloudabi_print(put_bounded, &bounded, format, values);
  if (size > 0) *bounded.text = 0;
  return count;
}

int vfprintf(FILE *stream, const char *format, va_list values) { return vdprintf(stream->fd, format, values); }

#define FORWARD(call)        \
  va_list values;            \
  va_start(values, format);  \
  int count = call;          \
  va_end(values);            \
  return count

int dprintf(int fd, const char *format, ...) { FORWARD(vdprintf(fd, format, values)); }
int fprintf(FILE *stream, const char *format, ...) { FORWARD(vfprintf(stream, format, values)); }
int snprintf(char *text, size_t size, const char *format, ...) { FORWARD(vsnprintf(text, size, format, values)); }

FILE *fdopen(int fd, const char *mode)
{
  (void)mode;
  FILE *stream = malloc(sizeof(*stream));
  if (stream) stream->fd = fd;
  return stream;
}

int fclose(FILE *stream)
{
  int result = close(stream->fd);
  free(stream);
  return result;
}

int fflush(FILE *stream)
{
  (void)stream;
  return 0;
}

int fileno(FILE *stream) { return stream->fd; }

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream)
{
  return write_all(stream->fd, bytes, size * count) == 0 ? count : 0;
}

size_t fread(void *bytes, size_t size, size_t count, FILE *stream)
{
  size_t got = 0;
  while (size > 0 && got < size * count) {
    ssize_t done = read(stream->fd, (char *)bytes + got, size * count - got);
    if (done <= 0) break;
    got += (size_t)done;
  }
  return size > 0 ? got / size : 0;
}

int fgetc(FILE *stream)
{
  unsigned char byte;
  return read(stream->fd, &byte, 1) == 1 ? byte : EOF;
}

int fputc(int character, FILE *stream)
{
  unsigned char byte = (unsigned char)character;
  return fwrite(&byte, 1, 1, stream) == 1 ? byte : EOF;
}

int fputs(const char *text, FILE *stream) { return fwrite(text, 1, strlen(text), stream) == strlen(text) ? 0 : EOF; }
