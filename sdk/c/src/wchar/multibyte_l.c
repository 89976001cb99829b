#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

#include "../locale/with_locale.h"

wint_t btowc_l(int byte, locale_t locale) {
  WITH_LOCALE(wint_t, locale, btowc(byte));
}

int wctob_l(wint_t wide, locale_t locale) {
  WITH_LOCALE(int, locale, wctob(wide));
}

size_t mbrlen_l(const char *string, size_t size, mbstate_t *state, locale_t locale) {
  WITH_LOCALE(size_t, locale, mbrlen(string, size, state));
}

size_t mbrtowc_l(wchar_t *wide, const char *string, size_t size, mbstate_t *state, locale_t locale) {
  WITH_LOCALE(size_t, locale, mbrtowc(wide, string, size, state));
}

size_t wcrtomb_l(char *string, wchar_t wide, mbstate_t *state, locale_t locale) {
  WITH_LOCALE(size_t, locale, wcrtomb(string, wide, state));
}
