#include <stdlib.h>
#include <time.h>
#include <wchar.h>

#include "ascii.h"

/* Dates and formats are ASCII in the locales that there are. */
wchar_t *wcsptime(const wchar_t *string, const wchar_t *format, struct tm *time) {
  char *text = cloudabi_ascii_of(string), *layout = cloudabi_ascii_of(format);
  char *end = text == NULL || layout == NULL ? NULL : strptime(text, layout, time);
  wchar_t *found = end == NULL ? NULL : (wchar_t *)string + (end - text);
  free(text);
  free(layout);
  return found;
}

wchar_t *wcsptime_l(const wchar_t *string, const wchar_t *format, struct tm *time, locale_t locale) {
  (void)locale;
  return wcsptime(string, format, time);
}
