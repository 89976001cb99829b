#include <stdarg.h>
#include <stdio.h>

#include "arguments.h"

static const char *const priorities[] = {"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};

void cap_openlog(cap_channel_t *channel, const char *ident) {
  struct arguments arguments = {.count = 0};
  cap_add(&arguments, "ident", argdata_create_str_c(ident));
  cap_call(channel, "openlog", &arguments, NULL);
}

void cap_syslog(cap_channel_t *channel, int priority, const char *message, ...) {
  /* The service cuts longer ones. */
  char text[2049];
  va_list values;
  va_start(values, message);
  vsnprintf(text, sizeof(text), message, values);
  va_end(values);
  struct arguments arguments = {.count = 0};
  cap_add(&arguments, "priority", argdata_create_str_c(priorities[priority & 7]));
  cap_add(&arguments, "message", argdata_create_str_c(text));
  cap_call(channel, "syslog", &arguments, NULL);
}

void cap_closelog(cap_channel_t *channel) {
  const argdata_t *result;
  cap_xfer(channel, "closelog", NULL, &result);
}
