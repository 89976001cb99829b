#include <regex.h>

#include "../locale/with_locale.h"

int regcomp_l(regex_t *regex, const char *pattern, int flags, locale_t locale) {
  WITH_LOCALE(int, locale, regcomp(regex, pattern, flags));
}

int regexec_l(const regex_t *regex, const char *string, size_t count, regmatch_t *matches, int flags, locale_t locale) {
  WITH_LOCALE(int, locale, regexec(regex, string, count, matches, flags));
}

size_t regerror_l(int error, const regex_t *regex, char *text, size_t size, locale_t locale) {
  WITH_LOCALE(size_t, locale, regerror(error, regex, text, size));
}
