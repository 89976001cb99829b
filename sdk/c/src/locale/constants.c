#include <locale.h>

locale_t cloudabi_locale_c(void) {
  return newlocale(LC_ALL_MASK, "C", NULL);
}

locale_t cloudabi_locale_c_unicode(void) {
  return newlocale(LC_ALL_MASK, "C.UTF-8", NULL);
}

struct lconv *localeconv_l(locale_t locale) {
  (void)locale;
  return localeconv();
}
