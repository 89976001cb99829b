#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

#include "../locale/with_locale.h"

void vsyslog_l(int priority, locale_t locale, const char *format, va_list arguments) {
  locale_t before = cloudabi_enter_locale(locale);
  vsyslog(priority, format, arguments);
  cloudabi_leave_locale(before);
}

void syslog_l(int priority, locale_t locale, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsyslog_l(priority, locale, format, arguments);
  va_end(arguments);
}
