#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wchar.h>

/* The longest text, in characters: vswprintf does not say how much room it lacks. */
enum { LONGEST = 1 << 26 };

int vaswprintf(wchar_t **made, const wchar_t *format, va_list arguments) {
  for (size_t size = 128; size <= LONGEST; size *= 2) {
    wchar_t *text = malloc(size * sizeof(wchar_t));
    if (text == NULL)
      return -1;
    va_list copy;
    va_copy(copy, arguments);
    errno = 0;
    int length = vswprintf(text, size, format, copy);
    va_end(copy);
    if (length >= 0) {
      *made = text;
      return length;
    }
    free(text);
    if (errno == EILSEQ)
      return -1;
  }
  errno = EOVERFLOW;
  return -1;
}

int aswprintf(wchar_t **made, const wchar_t *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vaswprintf(made, format, arguments);
  va_end(arguments);
  return length;
}

int vdwprintf(int fd, const wchar_t *format, va_list arguments) {
  wchar_t *text;
  int length = vaswprintf(&text, format, arguments);
  if (length < 0)
    return -1;
  size_t size = (size_t)length * 4 + 1, used = 0;
  char *bytes = malloc(size);
  mbstate_t state = {0};
  for (int i = 0; bytes != NULL && i < length; ++i) {
    size_t more = wcrtomb(bytes + used, text[i], &state);
    if (more == (size_t)-1) {
      free(bytes);
      bytes = NULL;
    } else {
      used += more;
    }
  }
  free(text);
  if (bytes == NULL)
    return -1;
  for (size_t done = 0; done < used;) {
    ssize_t count = write(fd, bytes + done, used - done);
    if (count < 0) {
      free(bytes);
      return -1;
    }
    done += (size_t)count;
  }
  free(bytes);
  return length;
}

int dwprintf(int fd, const wchar_t *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vdwprintf(fd, format, arguments);
  va_end(arguments);
  return length;
}
