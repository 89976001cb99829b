/*
 * Tests the web server without a port, without a fork and without waiting: makes a pair of sockets, hands one
 * end to the server, speaks HTTP over the other one, and gives it a directory that this program was granted
 * for the purpose. As all that the server uses is handed to it, there is nothing else to prepare or to fake.
 *
 *   output: !fd stdout
 *   directory: !file {path: …, rights: [read, write, create, remove]}   # empty
 *
 * Prints a line for each promise in the Test Anything Protocol; the exit code is 0 if all were kept.
 */
#define program_main server_main
#include "server.c"
#undef program_main

#include <cloudabi_syscalls.h>
#include <stdio.h>

static int output, client = -1, tests, failures;
static char response[200000];
static size_t response_length;

static void check(bool kept, const char *promise) {
  dprintf(output, "%sok %d - %s\n", kept ? "" : "not ", ++tests, promise);
  failures += kept ? 0 : 1;
}

static void write_file(const char *path, const char *bytes, size_t length) {
  int fd = openat(rootdir, path, O_WRONLY | O_CREAT | O_TRUNC);
  if (fd < 0 || write(fd, bytes, length) != (ssize_t)length || close(fd) != 0)
    exit(2);
}

/* Hands the server one end of a pair of sockets and keeps the other. */
static void connect_client(void) {
  cloudabi_fd_t mine, theirs;
  if (client >= 0)
    close(client);
  if (cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &mine, &theirs) != 0)
    exit(3);
  fcntl((int)mine, F_SETFL, O_NONBLOCK);
  fcntl((int)theirs, F_SETFL, O_NONBLOCK);
  client = (int)mine;
  now = monotonic_ms();
  if (!add_connection((int)theirs))
    exit(4);
}

/* Says whether the response is whole: its head, and as many bytes after it as the head says. */
static bool is_whole(bool has_body) {
  response[response_length] = '\0';
  const char *end = strstr(response, "\r\n\r\n");
  const char *length = strstr(response, "Content-Length: ");
  if (end == NULL)
    return false;
  size_t head = (size_t)(end - response) + 4;
  return !has_body || (length != NULL && response_length >= head + strtoul(length + 16, NULL, 10));
}

/* Lets the server work until its response is whole, or the connection ends. */
static void receive(bool has_body) {
  response_length = 0;
  while (!is_whole(has_body)) {
    ssize_t got = recv(client, response + response_length, sizeof(response) - 1 - response_length, 0);
    if (got == 0)
      break;
    if (got > 0)
      response_length += (size_t)got;
    else if (connection_count > 0)
      serve();
    else
      break;
  }
}

static void ask(const char *request) {
  if (send(client, request, strlen(request), 0) != (ssize_t)strlen(request))
    exit(5);
  receive(strncmp(request, "HEAD", 4) != 0);
}

static bool starts_with(const char *status) {
  return strncmp(response, status, strlen(status)) == 0;
}

static bool ends_with(const char *bytes, size_t length) {
  return response_length >= length && memcmp(response + response_length - length, bytes, length) == 0;
}

void program_main(const argdata_t *ad) {
  static char big[150000];
  if (program_argument_fd(ad, "output", &output) != 0 || program_argument_fd(ad, "directory", &rootdir) != 0)
    exit(1);
  hostname = "test";
  logfile = openat(rootdir, "log", O_RDWR | O_CREAT | O_APPEND);
  write_file("index.html", "<p>Hello", 8);
  for (size_t i = 0; i < sizeof(big); ++i)
    big[i] = (char)('a' + i % 23);
  write_file("big.txt", big, sizeof(big));

  connect_client();
  ask("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
  check(starts_with("HTTP/1.1 200 "), "a directory's index is found");
  check(ends_with("\r\n\r\n<p>Hello", 12), "its bytes are those of the file");
  check(strstr(response, "Content-Type: text/html") != NULL, "its type is that of its name");
  ask("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n");
  check(starts_with("HTTP/1.1 200 ") && ends_with("\r\n\r\n", 4), "HEAD has no body, on the same connection");
  ask("GET /big.txt HTTP/1.1\r\nHost: test\r\n\r\n");
  check(ends_with(big, sizeof(big)), "a file larger than every buffer arrives whole");
  ask("GET /absent HTTP/1.1\r\nHost: test\r\n\r\n");
  check(starts_with("HTTP/1.1 404 "), "what is not there is not found");

  connect_client();
  ask("GET /../../etc/passwd HTTP/1.1\r\nHost: test\r\n\r\n");
  check(starts_with("HTTP/1.1 4"), "a path that leaves the directory is refused");
  connect_client();
  ask("nonsense\r\n\r\n");
  check(starts_with("HTTP/1.1 400 "), "what is no request is refused");

  connect_client();
  const char *slow = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
  for (const char *byte = slow; *byte != '\0'; ++byte) {
    send(client, byte, 1, 0);
    serve();
  }
  receive(true);
  check(starts_with("HTTP/1.1 200 "), "a request that comes byte by byte is one request");
  size_t before = connection_count;
  connections[before - 1]->deadline = 0;
  serve();
  check(connection_count == before - 1, "a client that asks nothing is let go at its deadline");

  connect_client();
  send(client, "GET / HTT", 9, 0);
  serve();
  connections[connection_count - 1]->deadline = 0;
  serve();
  receive(true);
  check(starts_with("HTTP/1.1 408 "), "half a request is told that it took too long");

  static char log[4096];
  size_t lines = 0;
  ssize_t length = pread(logfile, log, sizeof(log), 0);
  for (ssize_t i = 0; i < length; ++i)
    lines += log[i] == '\n';
  check(lines == 8, "each request is one line of the log");

  unlinkat(rootdir, "index.html", 0);
  unlinkat(rootdir, "big.txt", 0);
  unlinkat(rootdir, "log", 0);
  dprintf(output, "1..%d\n", tests);
  exit(failures > 0);
}
