#include <errno.h>
#include <stdlib.h>
#include <wchar.h>

ssize_t getwdelim(wchar_t **line, size_t *size, wint_t delimiter, FILE *stream) {
  size_t length = 0;
  if (line == NULL || size == NULL) {
    errno = EINVAL;
    return -1;
  }
  for (;;) {
    if (*line == NULL || length + 2 > *size) {
      size_t larger = *line == NULL || *size < 64 ? 64 : *size * 2;
      wchar_t *grown = realloc(*line, larger * sizeof(wchar_t));
      if (grown == NULL)
        return -1;
      *line = grown;
      *size = larger;
    }
    wint_t character = fgetwc(stream);
    if (character == (wint_t)WEOF)
      break;
    (*line)[length++] = (wchar_t)character;
    if (character == delimiter)
      break;
  }
  (*line)[length] = L'\0';
  return length == 0 ? -1 : (ssize_t)length;
}

ssize_t getwline(wchar_t **line, size_t *size, FILE *stream) {
  return getwdelim(line, size, L'\n', stream);
}
