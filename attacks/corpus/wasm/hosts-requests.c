// Route: sends requests with other paths, methods and hosts, and smuggled ones, on a connection whose requests are held
// Known from: CVE-2022-32213 (Node.js), CVE-2019-16276 (Go): request smuggling; domain fronting
// Grants: { network: true }
// Refused: EACCES
// Twin: asks for the path that is granted
// Unconfined: cannot run: a module has no other way to a network
#include "attempt.h"
#include <cloudabi.h>
#include <sys/socket.h>

static const char *answer_to(const char *request) {
  static char answer[4096];
  size_t length = 0;
  ssize_t count;
  int connection;
  int error = program_connect(network, "tcp", "localhost", http_port, &connection);
  if (error != 0)
    return named(error);
  write(connection, request, strlen(request));
  // A half that is closed ends requests that are not whole.
  shutdown(connection, SHUT_WR);
  while (length < sizeof(answer) - 1 && (count = read(connection, answer + length, sizeof(answer) - 1 - length)) > 0)
    length += (size_t)count;
  answer[length] = '\0';
  close(connection);
  return answer;
}

#define SECRET "GET /secret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
#define CLOSE "Connection: close\r\n"

static const char *const requests[] = {
    SECRET,
    "POST /granted HTTP/1.1\r\nHost: localhost\r\n" CLOSE "Content-Length: 0\r\n\r\n",
    "GET /granted HTTP/1.1\r\nHost: other.example.org\r\n" CLOSE "\r\n",
    "GET http://other.example.org/granted HTTP/1.1\r\nHost: localhost\r\n" CLOSE "\r\n",
    "GET /granted HTTP/1.1\r\nHost: localhost\r\nHost: other.example.org\r\n" CLOSE "\r\n",
    "GET /granted/../secret HTTP/1.1\r\nHost: localhost\r\n" CLOSE "\r\n",
    "GET /%67ranted/%2e%2e/secret HTTP/1.1\r\nHost: localhost\r\n" CLOSE "\r\n",
    "GET /granted HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SECRET,
    "GET /granted HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 62\r\n\r\n" SECRET,
    "GET /granted HTTP/1.1\r\nHost: localhost\r\nX: a\n\nGET /secret HTTP/1.1\nHost: localhost\n\n",
    "GET /granted HTTP/1.1\r\nHost: localhost\r\n X: folded\r\n" CLOSE "\r\n",
    "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n" CLOSE "\r\n",
};

const char *attempt(void) {
  for (size_t at = 0; at < sizeof(requests) / sizeof(requests[0]); at++)
    if (strstr(answer_to(requests[at]), "reached") != NULL)
      return "ok";
  return "EACCES";
}
const char *twin(void) {
  const char *answer = answer_to("GET /granted HTTP/1.1\r\nHost: localhost\r\n" CLOSE "\r\n");
  return strstr(answer, "granted") != NULL ? "ok" : "no-answer";
}
#undef SECRET
#undef CLOSE
