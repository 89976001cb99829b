#include "ascii.h"

#include <stdlib.h>
#include <wchar.h>

char *cloudabi_ascii_of(const wchar_t *wide) {
  size_t length = wcslen(wide);
  char *text = malloc(length + 1);
  for (size_t i = 0; text != NULL && i <= length; ++i)
    text[i] = wide[i] >= 0 && wide[i] < 0x80 ? (char)wide[i] : '\x7f';
  return text;
}
