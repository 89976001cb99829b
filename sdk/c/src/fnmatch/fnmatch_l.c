#include <fnmatch.h>

#include "../locale/with_locale.h"

int fnmatch_l(const char *pattern, const char *string, int flags, locale_t locale) {
  WITH_LOCALE(int, locale, fnmatch(pattern, string, flags));
}
