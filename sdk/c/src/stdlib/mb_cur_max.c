#include <stdlib.h>

#include "../locale/with_locale.h"

size_t cloudabi_mb_cur_max(locale_t locale) {
  WITH_LOCALE(size_t, locale, MB_CUR_MAX);
}
