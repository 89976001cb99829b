#include <stdlib.h>

#include "../locale/with_locale.h"

int mblen_l(const char *string, size_t size, locale_t locale) {
  WITH_LOCALE(int, locale, mblen(string, size));
}

size_t mbstowcs_l(wchar_t *wide, const char *string, size_t size, locale_t locale) {
  WITH_LOCALE(size_t, locale, mbstowcs(wide, string, size));
}

int mbtowc_l(wchar_t *wide, const char *string, size_t size, locale_t locale) {
  WITH_LOCALE(int, locale, mbtowc(wide, string, size));
}

size_t wcstombs_l(char *string, const wchar_t *wide, size_t size, locale_t locale) {
  WITH_LOCALE(size_t, locale, wcstombs(string, wide, size));
}

int wctomb_l(char *string, wchar_t wide, locale_t locale) {
  WITH_LOCALE(int, locale, wctomb(string, wide));
}
