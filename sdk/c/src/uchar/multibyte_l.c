#include <uchar.h>

#include "../locale/with_locale.h"

size_t c16rtomb_l(char *string, char16_t wide, mbstate_t *state, locale_t locale) {
  WITH_LOCALE(size_t, locale, c16rtomb(string, wide, state));
}

size_t c32rtomb_l(char *string, char32_t wide, mbstate_t *state, locale_t locale) {
  WITH_LOCALE(size_t, locale, c32rtomb(string, wide, state));
}

size_t mbrtoc16_l(char16_t *wide, const char *string, size_t size, mbstate_t *state, locale_t locale) {
  WITH_LOCALE(size_t, locale, mbrtoc16(wide, string, size, state));
}

size_t mbrtoc32_l(char32_t *wide, const char *string, size_t size, mbstate_t *state, locale_t locale) {
  WITH_LOCALE(size_t, locale, mbrtoc32(wide, string, size, state));
}
