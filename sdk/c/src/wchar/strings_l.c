#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

#include "../locale/with_locale.h"

size_t mbsnrtowcs_l(wchar_t *wide, const char **string, size_t size, size_t room, mbstate_t *state, locale_t locale) {
  WITH_LOCALE(size_t, locale, mbsnrtowcs(wide, string, size, room, state));
}

size_t mbsrtowcs_l(wchar_t *wide, const char **string, size_t room, mbstate_t *state, locale_t locale) {
  WITH_LOCALE(size_t, locale, mbsrtowcs(wide, string, room, state));
}

size_t wcsnrtombs_l(char *string, const wchar_t **wide, size_t size, size_t room, mbstate_t *state, locale_t locale) {
  WITH_LOCALE(size_t, locale, wcsnrtombs(string, wide, size, room, state));
}

size_t wcsrtombs_l(char *string, const wchar_t **wide, size_t room, mbstate_t *state, locale_t locale) {
  WITH_LOCALE(size_t, locale, wcsrtombs(string, wide, room, state));
}
