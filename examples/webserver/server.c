/*
 * A static web server that holds listening sockets, one directory and one log, and nothing else.
 *
 *   hostname: localhost               # shown on error pages
 *   concurrent_connections: 64        # 1 to 1024
 *   listen: [!socket {bind: …}]       # sockets to accept connections from
 *   connections: [!socket {connect: …}]  # connections that there are already
 *   logfile: !file {path: …, rights: [append, create]}
 *   rootdir: !file {path: …, rights: read}
 *
 * One thread polls all sockets. A connection is a small state machine; every buffer has a bound and every
 * state a deadline, so that no client can make the server hold more than its table of connections. A server
 * that was given connections and nothing to listen on ends when they have ended.
 */
#define _GNU_SOURCE
#include <cloudabi.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <program.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "response.h"

enum {
  CONNECTIONS_MAX = 1024,
  LISTENERS_MAX = 16,
  OUTPUT_SIZE = 16384,
  IDLE_MS = 15000,  /* to send a whole request, also the first byte of the next one */
  WRITE_MS = 30000, /* without the client taking a single byte */
  DRAIN_MS = 2000,  /* to close after a refusal */
  DRAIN_MAX = 65536,
  ACCEPT_PAUSE_MS = 100, /* after the host ran out of descriptors or memory */
};

enum state { READING, WRITING, DRAINING };

struct connection {
  int fd;
  enum state state;
  bool keep_alive;
  int64_t deadline; /* monotonic milliseconds */
  size_t input_used;
  size_t output_used, output_sent;
  int file;           /* what is sent after the output buffer, or -1 */
  long long file_left;
  size_t drained;
  char input[HEAD_SIZE_MAX];
  char output[OUTPUT_SIZE];
};

static const char *hostname = "";
static int logfile = -1;
static int rootdir = -1;
static int listeners[LISTENERS_MAX];
static size_t listener_count;
static size_t connections_max = 64;
static struct connection *connections[CONNECTIONS_MAX];
static size_t connection_count;
static int64_t now;          /* monotonic milliseconds, once per turn of the loop */
static int64_t accept_after; /* no new connections before */

static int64_t monotonic_ms(void) {
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* A log that cannot be written stops nothing: the visitor is not to blame. */
static void write_log(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t done = write(logfile, bytes, length);
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      return;
    bytes += done;
    length -= (size_t)done;
  }
}

/* One line in the common log format. The client's address is unknown: no call here could ask for it. */
static void log_request(struct text line, int status, long long size) {
  char entry[1200];
  time_t when = time(NULL);
  struct tm tm = {0};
  gmtime_r(&when, &tm);
  int used = snprintf(entry, sizeof(entry), "- - - [%02d/%s/%04d:%02d:%02d:%02d +0000] \"", tm.tm_mday,
                      month_names[tm.tm_mon % 12u], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
  size_t at = (size_t)used;
  for (size_t i = 0; i < line.length && at < sizeof(entry) - 64; ++i) {
    unsigned char c = (unsigned char)line.start[i];
    if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
      at += (size_t)snprintf(entry + at, 5, "\\x%02X", c);
    else
      entry[at++] = (char)c;
  }
  at += (size_t)snprintf(entry + at, sizeof(entry) - at, "\" %d %lld\n", status, size);
  write_log(entry, at);
}

static void close_connection(size_t index) {
  struct connection *connection = connections[index];
  if (connection->file >= 0)
    close(connection->file);
  close(connection->fd);
  free(connection);
  connections[index] = connections[--connection_count];
  connections[connection_count] = NULL;
}

static void start_writing(struct connection *connection) {
  connection->state = WRITING;
  connection->deadline = now + WRITE_MS;
  connection->output_sent = 0;
}

/* Puts the head of a response into the output buffer. The fields end in CRLF each. */
static void put_head(struct connection *connection, int status, const char *fields, long long length) {
  char date[DATE_SIZE];
  format_date(date, time(NULL));
  int used = snprintf(connection->output, sizeof(connection->output), "HTTP/1.1 %d %s\r\nDate: %s\r\n%s", status,
                      reason_of(status), date, fields);
  size_t at = (size_t)used;
  if (length >= 0)
    at += (size_t)snprintf(connection->output + at, OUTPUT_SIZE - at, "Content-Length: %lld\r\n", length);
  at += (size_t)snprintf(connection->output + at, OUTPUT_SIZE - at, "Connection: %s\r\n\r\n",
                         connection->keep_alive ? "keep-alive" : "close");
  connection->output_used = at;
}

/* Answers with a short page of our own. */
static void respond_short(struct connection *connection, const struct request *request, int status,
                          const char *more_fields) {
  char page[1024];
  int size = snprintf(page, sizeof(page),
                      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>%d %s</title>"
                      "<h1>%s</h1><p>%.200s</p></html>\n",
                      status, reason_of(status), reason_of(status), hostname);
  char fields[TARGET_SIZE_MAX + 256];
  snprintf(fields, sizeof(fields), "%sContent-Type: text/html; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n",
           more_fields);
  put_head(connection, status, fields, size);
  bool head = text_is(request->method, "HEAD");
  if (!head) {
    memcpy(connection->output + connection->output_used, page, (size_t)size);
    connection->output_used += (size_t)size;
  }
  log_request(request->line, status, head ? 0 : size);
  start_writing(connection);
}

/* Returns the status for the client when a file could not be opened. */
static int status_of(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return 403;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return 503;
    case EIO:
      return 500;
    default:
      return 404; /* also for what the kernel says of links that lead out of the directory */
  }
}

/* Opens what a path means beneath the root: a descriptor, or the negative of a status. */
static int open_file(const char *path, struct stat *info) {
  /* Without O_NONBLOCK, a pipe that lies in the directory would stop the server. */
  int file = openat(rootdir, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0)
    return -status_of(errno);
  if (fstat(file, info) == 0) {
    if (S_ISREG(info->st_mode))
      return file;
    close(file);
    return S_ISDIR(info->st_mode) ? -301 : -403;
  }
  close(file);
  return -500;
}

static void respond_redirect(struct connection *connection, const struct request *request) {
  /* The target as it was sent, with one slash before it and one after: two would name another host. */
  struct text target = request->target;
  const char *query = memchr(target.start, '?', target.length);
  if (query != NULL)
    target.length = (size_t)(query - target.start);
  while (target.length > 0 && *target.start == '/')
    ++target.start, --target.length;
  char fields[TARGET_SIZE_MAX + 64];
  snprintf(fields, sizeof(fields), "Location: /%.*s/\r\n", (int)target.length, target.start);
  respond_short(connection, request, 301, fields);
}

static void respond_file(struct connection *connection, struct request *request) {
  if (request->wants_directory)
    strcat(request->path, "index.html");
  struct stat info;
  int file = open_file(request->path, &info);
  if (file == -301 && (request->wants_directory || *request->target.start != '/'))
    file = -404;
  if (file == -301)
    return respond_redirect(connection, request);
  if (file < 0)
    return respond_short(connection, request, -file, "");

  char modified[DATE_SIZE], tag[TAG_SIZE], fields[512];
  format_date(modified, info.st_mtim.tv_sec);
  format_tag(tag, info.st_mtim, info.st_size);
  bool fresh = is_fresh(request, tag, modified);
  int used = snprintf(fields, sizeof(fields), "ETag: %s\r\nLast-Modified: %s\r\nCache-Control: no-cache\r\n", tag,
                      modified);
  if (!fresh)
    snprintf(fields + used, sizeof(fields) - (size_t)used,
             "Content-Type: %s\r\nX-Content-Type-Options: nosniff\r\n", content_type_of(request->path));
  put_head(connection, fresh ? 304 : 200, fields, fresh ? -1 : info.st_size);
  if (fresh || info.st_size == 0 || text_is(request->method, "HEAD")) {
    close(file);
    log_request(request->line, fresh ? 304 : 200, 0);
  } else {
    connection->file = file;
    connection->file_left = info.st_size;
    log_request(request->line, 200, info.st_size);
  }
  start_writing(connection);
}

/* Answers the next request in the input buffer, if there is a whole one. */
static void handle_input(struct connection *connection) {
  /* Large, and needed by one connection at a time. */
  static struct request request;
  if (connection->input_used == 0)
    return;
  int result = request_parse(&request, connection->input, connection->input_used);
  if (result == 0)
    return;
  size_t taken = result > 0 ? (size_t)result : connection->input_used;
  connection->keep_alive = result > 0 && request.keep_alive;
  bool get = text_is(request.method, "GET") || text_is(request.method, "HEAD");
  if (result < 0 || !get || request.has_body) {
    /* The end of a request that was not understood is unknown: the connection ends with it. */
    connection->keep_alive = false;
    int status = result < 0 ? -result : get ? 413 : 405;
    respond_short(connection, &request, status, status == 405 ? "Allow: GET, HEAD\r\n" : "");
  } else {
    respond_file(connection, &request);
  }
  /* After the answer: the request's texts point into this buffer. */
  connection->input_used -= taken;
  memmove(connection->input, connection->input + taken, connection->input_used);
}

/* Each of the following does at most one read or write and returns whether the connection goes on. */

static bool would_block(void) {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static bool on_readable(struct connection *connection) {
  size_t room = sizeof(connection->input) - connection->input_used;
  ssize_t got = recv(connection->fd, connection->input + connection->input_used, room, 0);
  if (got <= 0)
    return got < 0 && would_block();
  /* The deadline starts with a request's first byte and does not move: a byte a second does not hold a slot. */
  if (connection->input_used == 0)
    connection->deadline = now + IDLE_MS;
  connection->input_used += (size_t)got;
  handle_input(connection);
  return true;
}

/* Fills the output buffer from the file. */
static bool refill(struct connection *connection) {
  if (connection->output_sent > 0) {
    connection->output_used -= connection->output_sent;
    memmove(connection->output, connection->output + connection->output_sent, connection->output_used);
    connection->output_sent = 0;
  }
  size_t room = OUTPUT_SIZE - connection->output_used;
  if ((long long)room > connection->file_left)
    room = (size_t)connection->file_left;
  ssize_t got = read(connection->file, connection->output + connection->output_used, room);
  /* The file became shorter than was promised: the client must see that the answer is not whole. */
  if (got <= 0)
    return got < 0 && would_block();
  connection->output_used += (size_t)got;
  connection->file_left -= got;
  if (connection->file_left == 0) {
    close(connection->file);
    connection->file = -1;
  }
  return true;
}

static bool on_written(struct connection *connection) {
  if (connection->keep_alive) {
    connection->state = READING;
    connection->deadline = now + IDLE_MS;
    handle_input(connection);
    return true;
  }
  /* Closing while the client still sends would reset the connection and might lose our answer. */
  if (shutdown(connection->fd, SHUT_WR) != 0)
    return false;
  connection->state = DRAINING;
  connection->deadline = now + DRAIN_MS;
  return true;
}

static bool on_writable(struct connection *connection) {
  if (connection->file >= 0 && connection->output_used - connection->output_sent < OUTPUT_SIZE / 2)
    if (!refill(connection))
      return false;
  size_t left = connection->output_used - connection->output_sent;
  if (left > 0) {
    ssize_t sent = send(connection->fd, connection->output + connection->output_sent, left, 0);
    if (sent < 0)
      return would_block();
    connection->output_sent += (size_t)sent;
    if (sent > 0)
      connection->deadline = now + WRITE_MS;
  }
  if (connection->output_sent < connection->output_used || connection->file >= 0)
    return true;
  return on_written(connection);
}

static bool on_drained(struct connection *connection) {
  ssize_t got = recv(connection->fd, connection->input, sizeof(connection->input), 0);
  if (got <= 0)
    return got < 0 && would_block();
  connection->drained += (size_t)got;
  return connection->drained < DRAIN_MAX;
}

static bool on_ready(struct connection *connection) {
  switch (connection->state) {
    case READING:
      return on_readable(connection);
    case WRITING:
      return on_writable(connection);
    default:
      return on_drained(connection);
  }
}

/* Says whether a late connection goes on: one that sent half a request is told so. */
static bool on_deadline(struct connection *connection) {
  if (connection->state != READING || connection->input_used == 0)
    return false;
  struct request unread = {0};
  connection->keep_alive = false;
  connection->input_used = 0;
  respond_short(connection, &unread, 408, "");
  return true;
}

/* The connection that has waited longest for its next request: it gives way to a new one. */
static size_t find_idle(void) {
  size_t found = connection_count;
  for (size_t i = 0; i < connection_count; ++i)
    if (connections[i]->state == READING && connections[i]->input_used == 0)
      if (found == connection_count || connections[i]->deadline < connections[found]->deadline)
        found = i;
  return found;
}

/* Takes a socket over, which does not block; false, and the socket is closed, when there is no room. */
static bool add_connection(int fd) {
  struct connection *connection = connection_count < connections_max ? malloc(sizeof(*connection)) : NULL;
  if (connection == NULL) {
    close(fd);
    return false;
  }
  memset(connection, 0, offsetof(struct connection, input));
  connection->fd = fd;
  connection->file = -1;
  connection->state = READING;
  connection->deadline = now + IDLE_MS;
  connections[connection_count++] = connection;
  return true;
}

static void accept_one(int listener) {
  if (connection_count == connections_max) {
    size_t idle = find_idle();
    if (idle == connection_count)
      return;
    close_connection(idle);
  }
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  if (fd < 0) {
    if (!would_block() && errno != ECONNABORTED)
      accept_after = now + ACCEPT_PAUSE_MS;
    return;
  }
  if (!add_connection(fd))
    accept_after = now + ACCEPT_PAUSE_MS;
}

/* Waits until something can be done, and does it: the loop's body. */
static void serve(void) {
  static struct pollfd polled[CONNECTIONS_MAX + LISTENERS_MAX];
  int64_t wake = INT64_MAX;
  now = monotonic_ms();
  size_t served = connection_count;
  for (size_t i = 0; i < served; ++i) {
    polled[i] = (struct pollfd){connections[i]->fd, connections[i]->state == WRITING ? POLLOUT : POLLIN, 0};
    if (connections[i]->deadline < wake)
      wake = connections[i]->deadline;
  }
  bool full = connection_count == connections_max && find_idle() == connection_count;
  bool accepting = !full && now >= accept_after;
  if (!full && !accepting && accept_after < wake)
    wake = accept_after;
  size_t count = served;
  for (size_t i = 0; accepting && i < listener_count; ++i)
    polled[count++] = (struct pollfd){listeners[i], POLLIN, 0};

  int64_t wait = wake == INT64_MAX ? -1 : wake > now ? wake - now : 0;
  if (poll(polled, (nfds_t)count, wait > 60000 ? 60000 : (int)wait) < 0 && errno != EINTR) {
    static const char message[] = "Cannot poll: the server ends\n";
    write_log(message, sizeof(message) - 1);
    exit(1);
  }
  now = monotonic_ms();
  /* Backwards, because closing a connection moves the last one into its place. */
  for (size_t i = served; i-- > 0;) {
    struct connection *connection = connections[i];
    bool goes_on = polled[i].revents == 0 || on_ready(connection);
    if (goes_on && now >= connection->deadline)
      goes_on = on_deadline(connection);
    if (!goes_on)
      close_connection(i);
  }
  for (size_t i = served; i < count; ++i)
    if (polled[i].revents != 0)
      accept_one(polled[i].fd);
}

static void read_listeners(const argdata_t *value) {
  argdata_seq_iterator_t it;
  const argdata_t *item;
  for (argdata_seq_iterate(value, &it); argdata_seq_get(&it, &item); argdata_seq_next(&it)) {
    int fd;
    if (listener_count < LISTENERS_MAX && argdata_get_fd(item, &fd) == 0)
      listeners[listener_count++] = fd;
  }
}

static void read_connections(const argdata_t *value) {
  argdata_seq_iterator_t it;
  const argdata_t *item;
  now = monotonic_ms();
  for (argdata_seq_iterate(value, &it); argdata_seq_get(&it, &item); argdata_seq_next(&it)) {
    int fd;
    if (argdata_get_fd(item, &fd) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
      add_connection(fd);
  }
}

void program_main(const argdata_t *ad) {
  argdata_map_iterator_t it;
  const argdata_t *key, *value;
  argdata_map_iterator_t given_at;
  const argdata_t *given;
  for (argdata_map_iterate(ad, &it); argdata_map_get(&it, &key, &value); argdata_map_next(&it)) {
    const char *name;
    if (argdata_get_str_c(key, &name) != 0)
      continue;
    if (strcmp(name, "hostname") == 0)
      argdata_get_str_c(value, &hostname);
    else if (strcmp(name, "concurrent_connections") == 0)
      argdata_get_int(value, &connections_max);
    else if (strcmp(name, "listen") == 0)
      read_listeners(value);
    else if (strcmp(name, "logfile") == 0)
      argdata_get_fd(value, &logfile);
    else if (strcmp(name, "rootdir") == 0)
      argdata_get_fd(value, &rootdir);
  }
  if (connections_max >= 1 && connections_max <= CONNECTIONS_MAX && program_argument(ad, "connections", &given_at, &given) == 0)
    read_connections(given);
  if (connections_max < 1 || connections_max > CONNECTIONS_MAX || listener_count + connection_count == 0 || rootdir < 0) {
    static const char message[] =
        "The grants lack 'listen', 'connections' or 'rootdir', or 'concurrent_connections' is not 1 to 1024\n";
    write_log(message, sizeof(message) - 1);
    exit(1);
  }
  /* A client may be gone again between poll and accept; then accept must not wait for the next one. */
  for (size_t i = 0; i < listener_count; ++i)
    fcntl(listeners[i], F_SETFL, O_NONBLOCK);
  while (listener_count + connection_count > 0)
    serve();
}
