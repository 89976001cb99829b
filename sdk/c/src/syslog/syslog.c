#include <stdio.h>
#include <syslog.h>

#include "../one_at_a_time.h"
#include "channel.h"

enum { MESSAGE_MAX = 2048, ALL = 0xff };

static const char *const priorities[] = {"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};
static const char *const facilities[] = {
    NULL,   "user",     "mail", "daemon", "auth", "syslog", "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
    NULL,   NULL,       NULL,   NULL,     "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
};

ONE_AT_A_TIME_LOCK(lock);
static int log_channel = -1, mask = ALL;

void syslog_channel(int channel) { log_channel = channel; }

/* Gives the name of a facility; NULL for none, and for the kernel's, which programs do not use. */
static const char *facility_of(int priority) {
  size_t number = (size_t)LOG_FAC(priority);
  return number < sizeof(facilities) / sizeof(facilities[0]) ? facilities[number] : NULL;
}

static void call(const char *name, const struct text_argument *arguments, size_t count) {
  ENTER(lock);
  if (log_channel >= 0 && service_call(log_channel, name, arguments, count) != 0)
    log_channel = -1;
  LEAVE(lock);
}

void openlog(const char *ident, int options, int facility) {
  (void)options;
  const char *name = facility_of(facility);
  const struct text_argument arguments[] = {{"ident", ident == NULL ? "" : ident}, {"facility", name}};
  call("openlog", arguments, name == NULL ? 1 : 2);
}

void closelog(void) { call("closelog", NULL, 0); }

int setlogmask(int wanted) {
  int old = mask;
  if (wanted != 0)
    mask = wanted;
  return old;
}

void vsyslog(int priority, const char *format, va_list list) {
  if ((mask & LOG_MASK(LOG_PRI(priority))) == 0 || (priority & ~(LOG_PRIMASK | LOG_FACMASK)) != 0)
    return;
  char message[MESSAGE_MAX];
  vsnprintf(message, sizeof(message), format, list);
  const char *facility = facility_of(priority);
  const struct text_argument arguments[] = {
      {"priority", priorities[LOG_PRI(priority)]}, {"message", message}, {"facility", facility}};
  call("syslog", arguments, facility == NULL ? 2 : 3);
}

void syslog(int priority, const char *format, ...) {
  va_list list;
  va_start(list, format);
  vsyslog(priority, format, list);
  va_end(list);
}
