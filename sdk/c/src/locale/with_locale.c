#include "with_locale.h"

#ifdef _REENTRANT
#include "../../threads/lock.h"

static lock_t entered;
#endif

locale_t cloudabi_enter_locale(locale_t locale) {
#ifdef _REENTRANT
  lock_write(&entered, NO_DEADLINE);
#endif
  return uselocale(locale);
}

void cloudabi_leave_locale(locale_t before) {
  uselocale(before);
#ifdef _REENTRANT
  unlock_write(&entered);
#endif
}
