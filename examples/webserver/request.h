/*
 * Reads the head of an HTTP/1.1 request (RFC 9112) out of bytes that a stranger sent. Nothing here makes a
 * system call. It is strict: ambiguous input is refused, so that no proxy in between can read it otherwise.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum {
  HEAD_SIZE_MAX = 8192,   /* bytes of request line and fields together */
  TARGET_SIZE_MAX = 2048, /* bytes of the request target */
  FIELDS_MAX = 100,
};

struct text {
  const char *start;
  size_t length;
};

/* A request; its texts point into the bytes it was read from. */
struct request {
  struct text line;
  struct text method;
  struct text target;
  int minor;                      /* of HTTP/1.x: 0 or 1 */
  bool keep_alive;
  bool has_body;
  struct text if_none_match;      /* empty when absent */
  struct text if_modified_since;  /* empty when absent */
  char path[TARGET_SIZE_MAX + 16]; /* decoded, relative, with a NUL and room for "index.html"; "" is the root */
  bool wants_directory;           /* the path ended in a slash */
};

static inline bool text_is(struct text text, const char *wanted) {
  return text.length == strlen(wanted) && memcmp(text.start, wanted, text.length) == 0;
}

static inline bool text_is_nocase(struct text text, const char *wanted) {
  return text.length == strlen(wanted) && strncasecmp(text.start, wanted, text.length) == 0;
}

/* Characters of methods and field names (RFC 9110, section 5.6.2). */
static inline bool is_token_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static inline int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Says whether a comma-separated list has the given word in it. */
static inline bool list_has(struct text list, const char *word) {
  const char *end = list.start + list.length;
  for (const char *at = list.start; at < end;) {
    const char *comma = memchr(at, ',', (size_t)(end - at));
    const char *stop = comma == NULL ? end : comma;
    struct text item = {at, (size_t)(stop - at)};
    while (item.length > 0 && (*item.start == ' ' || *item.start == '\t'))
      ++item.start, --item.length;
    while (item.length > 0 && (item.start[item.length - 1] == ' ' || item.start[item.length - 1] == '\t'))
      --item.length;
    if (text_is_nocase(item, word))
      return true;
    at = stop + 1;
  }
  return false;
}

/*
 * Turns the target into a path relative to the root directory: 0, or the status that refuses it. Names that
 * start with a dot are private, but for .well-known; this also keeps out dot segments. It is manners,
 * not the wall: the wall is that no path can leave the directory that the descriptor stands for.
 */
static inline int request_decode_path(struct request *request) {
  const char *at = request->target.start;
  const char *end = at + request->target.length;
  if (request->target.length > 7 && strncasecmp(at, "http://", 7) == 0) {
    at += 7;
    while (at < end && *at != '/' && *at != '?')
      ++at;
  } else if (*at != '/') {
    return 400;
  }
  while (at < end && *at == '/')
    ++at;
  size_t used = 0;
  while (at < end && *at != '?' && *at != '#') {
    char c = *at++;
    if (c == '%') {
      if (end - at < 2 || hex_digit(at[0]) < 0 || hex_digit(at[1]) < 0)
        return 400;
      c = (char)(hex_digit(at[0]) << 4 | hex_digit(at[1]));
      at += 2;
      /* An encoded slash would be another path than the one that was asked for. */
      if (c == '/')
        return 404;
    }
    if ((unsigned char)c < 0x20 || c == 0x7f)
      return 400;
    request->path[used++] = c;
  }
  request->path[used] = '\0';
  request->wants_directory = used == 0 || request->path[used - 1] == '/';
  for (const char *segment = request->path; segment != NULL;) {
    if (*segment == '.' && strncmp(segment, ".well-known/", 12) != 0)
      return 404;
    segment = strchr(segment, '/');
    if (segment != NULL)
      ++segment;
  }
  return 0;
}

/* Reads "METHOD target HTTP/1.x": 0 or the status that refuses it. */
static inline int request_parse_line(struct request *request, struct text line) {
  request->line = line;
  const char *end = line.start + line.length;
  const char *at = line.start;
  while (at < end && is_token_char(*at))
    ++at;
  request->method = (struct text){line.start, (size_t)(at - line.start)};
  if (request->method.length == 0 || at == end || *at != ' ')
    return 400;
  const char *target = ++at;
  while (at < end && *at > ' ' && *at < 0x7f)
    ++at;
  request->target = (struct text){target, (size_t)(at - target)};
  if (request->target.length == 0)
    return 400;
  if (request->target.length > TARGET_SIZE_MAX)
    return 414;
  struct text version = {at, (size_t)(end - at)};
  if (text_is(version, " HTTP/1.1"))
    request->minor = 1;
  else if (text_is(version, " HTTP/1.0"))
    request->minor = 0;
  else
    return version.length == 9 && strncmp(at, " HTTP/", 6) == 0 ? 505 : 400;
  request->keep_alive = request->minor == 1;
  return 0;
}

/* Reads one "name: value" line: 0 or the status that refuses it. */
static inline int request_parse_field(struct request *request, struct text line, int *hosts) {
  size_t at = 0;
  while (at < line.length && is_token_char(line.start[at]))
    ++at;
  if (at == 0 || at == line.length || line.start[at] != ':')
    return 400;
  struct text name = {line.start, at};
  struct text value = {line.start + at + 1, line.length - at - 1};
  for (size_t i = 0; i < value.length; ++i)
    if (((unsigned char)value.start[i] < 0x20 && value.start[i] != '\t') || value.start[i] == 0x7f)
      return 400;
  while (value.length > 0 && (*value.start == ' ' || *value.start == '\t'))
    ++value.start, --value.length;
  while (value.length > 0 && (value.start[value.length - 1] == ' ' || value.start[value.length - 1] == '\t'))
    --value.length;

  if (text_is_nocase(name, "host"))
    ++*hosts;
  else if (text_is_nocase(name, "content-length"))
    request->has_body |= !text_is(value, "0");
  else if (text_is_nocase(name, "transfer-encoding"))
    request->has_body = true;
  else if (text_is_nocase(name, "if-none-match"))
    request->if_none_match = value;
  else if (text_is_nocase(name, "if-modified-since"))
    request->if_modified_since = value;
  else if (text_is_nocase(name, "connection")) {
    if (list_has(value, "close"))
      request->keep_alive = false;
    else if (request->minor == 0 && list_has(value, "keep-alive"))
      request->keep_alive = true;
  }
  return 0;
}

/*
 * Reads one request from the start of the bytes. Returns how many bytes its head has; 0 when it is not whole
 * yet; or the negative of the HTTP status that refuses it. The request's method, target and line are set as
 * far as they were read.
 */
static inline int request_parse(struct request *request, const char *bytes, size_t length) {
  memset(request, 0, offsetof(struct request, path));
  request->path[0] = '\0';
  size_t at = 0;
  int hosts = 0;
  int result = 0;
  bool first = true;
  for (int fields = 0; fields <= FIELDS_MAX; ++fields) {
    const char *newline = memchr(bytes + at, '\n', length - at);
    if (newline == NULL) {
      if (length < HEAD_SIZE_MAX)
        return first && length > TARGET_SIZE_MAX + 64 ? -414 : 0;
      return first ? -414 : -431;
    }
    struct text line = {bytes + at, (size_t)(newline - (bytes + at))};
    at = (size_t)(newline - bytes) + 1;
    if (line.length == 0 || line.start[line.length - 1] != '\r')
      return -400;
    --line.length;
    if (first) {
      result = request_parse_line(request, line);
      first = false;
    } else if (line.length == 0) {
      /* HTTP/1.1 requires exactly one Host field; more than one is never right. */
      if (hosts > 1 || (hosts == 0 && request->minor == 1))
        return -400;
      result = request_decode_path(request);
      return result != 0 ? -result : (int)at;
    } else {
      result = request_parse_field(request, line, &hosts);
    }
    if (result != 0)
      return -result;
  }
  return -431;
}

#endif
