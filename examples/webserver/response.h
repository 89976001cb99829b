/* The parts of an HTTP response that need no system call: reasons, content types, dates, entity tags. */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "request.h"

static inline const char *reason_of(int status) {
  static const struct {
    int status;
    const char *reason;
  } reasons[] = {
      {200, "OK"},
      {301, "Moved Permanently"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {503, "Service Unavailable"},
      {505, "HTTP Version Not Supported"},
  };
  for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); ++i)
    if (reasons[i].status == status)
      return reasons[i].reason;
  return "Error";
}

static inline const char *content_type_of(const char *path) {
  static const struct {
    const char *extension, *type;
  } types[] = {
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".txt", "text/plain; charset=utf-8"},
      {".md", "text/markdown; charset=utf-8"},
      {".xml", "application/xml"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".gif", "image/gif"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".pdf", "application/pdf"},
      {".wasm", "application/wasm"},
  };
  size_t length = strlen(path);
  for (size_t i = 0; i < sizeof(types) / sizeof(*types); ++i) {
    size_t suffix = strlen(types[i].extension);
    if (length > suffix && strcasecmp(path + length - suffix, types[i].extension) == 0)
      return types[i].type;
  }
  return "application/octet-stream";
}

enum { DATE_SIZE = 30, TAG_SIZE = 40 };

static const char month_names[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7). */
static inline void format_date(char date[static DATE_SIZE], time_t when) {
  static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  struct tm tm;
  if (gmtime_r(&when, &tm) == NULL || tm.tm_year < 0 || tm.tm_year > 8099) {
    strcpy(date, "Thu, 01 Jan 1970 00:00:00 GMT");
    return;
  }
  snprintf(date, DATE_SIZE, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[tm.tm_wday % 7u], tm.tm_mday % 100u,
           month_names[tm.tm_mon % 12u], (tm.tm_year + 1900u) % 10000u, tm.tm_hour % 100u, tm.tm_min % 100u,
           tm.tm_sec % 100u);
}

/* The content of a file in short: it changes when the file does. */
static inline void format_tag(char tag[static TAG_SIZE], struct timespec modified, long long size) {
  snprintf(tag, TAG_SIZE, "\"%llx-%llx\"",
           (unsigned long long)modified.tv_sec * 1000000000u + (unsigned long long)modified.tv_nsec,
           (unsigned long long)size);
}

/* Says whether the client's copy is still good. A date is compared as text: it is the one that we gave out. */
static inline bool is_fresh(const struct request *request, const char *tag, const char *modified) {
  struct text wanted = request->if_none_match;
  if (wanted.length > 0) {
    char weak[TAG_SIZE + 2];
    snprintf(weak, sizeof(weak), "W/%s", tag);
    return text_is(wanted, "*") || list_has(wanted, tag) || list_has(wanted, weak);
  }
  return text_is(request->if_modified_since, modified);
}

#endif
