#include <stdlib.h>
#include <wchar.h>

size_t wcslcpy(wchar_t *to, const wchar_t *from, size_t size) {
  size_t length = wcslen(from);
  if (size > 0) {
    size_t copied = length < size ? length : size - 1;
    wmemcpy(to, from, copied);
    to[copied] = L'\0';
  }
  return length;
}

size_t wcslcat(wchar_t *to, const wchar_t *from, size_t size) {
  size_t used = wcsnlen(to, size);
  return used + wcslcpy(to + used, from, size - used);
}

wchar_t *wcsndup(const wchar_t *string, size_t most) {
  size_t length = wcsnlen(string, most);
  wchar_t *made = calloc(length + 1, sizeof(wchar_t));
  if (made != NULL)
    wmemcpy(made, string, length);
  return made;
}

wchar_t *wmemmem(const wchar_t *in, size_t length, const wchar_t *wanted, size_t wanted_length) {
  for (size_t i = 0; wanted_length <= length && i <= length - wanted_length; ++i)
    if (wmemcmp(in + i, wanted, wanted_length) == 0)
      return (wchar_t *)in + i;
  return NULL;
}
