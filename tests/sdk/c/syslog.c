/* The log of the host: what syslog.h asks of its service. */
#include "check.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

static int ends[2];

/* Leaves an answer on the channel, which the next call finds: a value of no bytes. */
static void answer(void) { EQUAL(write(ends[1], "\0\0\0\0\0\0\x5e\xca", 8), 8); }

/* Reads a request, and compares its texts with those wanted: "call NAME=TEXT …", in the order of the request. */
static void asked(const char *wanted) {
  unsigned char head[8], bytes[4096];
  char found[4096] = "";
  EQUAL(read(ends[1], head, sizeof(head)), 8);
  size_t length = head[0] | (size_t)head[1] << 8;
  EQUAL(read(ends[1], bytes, length), length);
  argdata_t *request = argdata_from_buffer(bytes, length, NULL, NULL);
  argdata_map_iterator_t it, arguments;
  const argdata_t *key, *value;
  for (argdata_map_iterate(request, &it); argdata_map_get(&it, &key, &value); argdata_map_next(&it)) {
    const char *name = "", *text = "";
    argdata_get_str_c(key, &name);
    if (argdata_get_str_c(value, &text) == 0)
      strcat(found, text);
    for (argdata_map_iterate(value, &arguments); argdata_map_get(&arguments, &key, &value);
         argdata_map_next(&arguments)) {
      argdata_get_str_c(key, &name);
      argdata_get_str_c(value, &text);
      snprintf(found + strlen(found), sizeof(found) - strlen(found), " %s=%s", name, text);
    }
  }
  argdata_free(request);
  if (strcmp(found, wanted) != 0) {
    dprintf(output, "# %s\n", found);
    CHECK(false);
  }
}

static void list(int priority, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsyslog(priority, format, arguments);
  va_end(arguments);
}

static void list_l(int priority, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsyslog_l(priority, LC_C_LOCALE, format, arguments);
  va_end(arguments);
}

TEST(syslog_asks_the_service_of_its_channel) {
  syslog(LOG_ERR, "nowhere");
  EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  syslog_channel(ends[0]);
  answer();
  openlog("name", LOG_PID, LOG_LOCAL3);
  asked("openlog ident=name facility=local3");
  answer();
  syslog(LOG_ERR, "number %d", 5);
  asked("syslog priority=err message=number 5");
  answer();
  list(LOG_MAIL | LOG_DEBUG, "%s", "text");
  asked("syslog priority=debug message=text facility=mail");
  answer();
  syslog_l(LOG_EMERG, LC_C_LOCALE, "%d%%", 1);
  asked("syslog priority=emerg message=1%");
  answer();
  list_l(LOG_INFO, "%d", 2);
  asked("syslog priority=info message=2");
  EQUAL(setlogmask(LOG_UPTO(LOG_ERR)), 0xff);
  syslog(LOG_INFO, "masked");
  EQUAL(setlogmask(0xff), LOG_UPTO(LOG_ERR));
  EQUAL(setlogmask(0), 0xff);
  syslog(1 << 20, "no priority");
  answer();
  closelog();
  asked("closelog");
  close(ends[1]);
  /* A service that is gone is no reason to end. */
  syslog(LOG_ERR, "gone");
  close(ends[0]);
  syslog_channel(-1);
}
