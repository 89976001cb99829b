/*
 * Runs an expression with another locale of the calling thread. The C library keeps the locale in one place for all
 * threads, so one thread at a time does this; functions without a locale see it meanwhile.
 */
#ifndef CLOUDABI_LOCALE_WITH_LOCALE_H
#define CLOUDABI_LOCALE_WITH_LOCALE_H

#include <locale.h>

locale_t cloudabi_enter_locale(locale_t locale);
void cloudabi_leave_locale(locale_t before);

#define WITH_LOCALE(type, locale, expression)        \
  locale_t before_ = cloudabi_enter_locale(locale);  \
  type result_ = (expression);                       \
  cloudabi_leave_locale(before_);                    \
  return result_

#endif
