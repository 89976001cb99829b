/*
 * Counts orders in a store that speaks the protocol of Redis.
 *
 *   listen: !arrow orders             # sockets of clients, which speak HTTP
 *   network: !network [!arrow store]  # leads to store:6379 and nowhere else
 *   ready: !ready
 *   stop: !stop
 *
 * "POST /orders/tea" is answered by the number of orders of tea. Connections are served one after the other; when the
 * program shall stop, the one that it serves is served to its end.
 */
#include <cloudabi.h>
#include <ctype.h>
#include <poll.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_MAX = 4096, ITEM_MAX = 64, ANSWER_MAX = 64 };

static int network = -1;

/* Reads the head of a request; returns 0 when it does not come. */
static int read_head(int connection, char *head) {
  size_t used = 0;
  while (used < REQUEST_MAX - 1) {
    ssize_t count = read(connection, head + used, REQUEST_MAX - 1 - used);
    if (count <= 0)
      return 0;
    used += (size_t)count;
    head[used] = '\0';
    if (strstr(head, "\r\n\r\n") != NULL)
      return 1;
  }
  return 0;
}

/* Takes the item of a request: small letters alone, because it becomes a word of a command. */
static int item_of(const char *head, char *item) {
  static const char prefix[] = "POST /orders/";
  if (strncmp(head, prefix, sizeof(prefix) - 1) != 0)
    return 0;
  const char *from = head + sizeof(prefix) - 1;
  size_t length = 0;
  while (length < ITEM_MAX - 1 && islower((unsigned char)from[length]))
    ++length;
  memcpy(item, from, length);
  item[length] = '\0';
  return length > 0 && from[length] == ' ';
}

/* Counts an order in the store; returns its number, or -1 when the store cannot be asked. */
static long count_order(const char *item) {
  int store = -1;
  if (program_connect(network, "tcp", "store", 6379, &store) != 0)
    return -1;
  char line[ITEM_MAX + 16], answer[ANSWER_MAX] = "";
  int length = snprintf(line, sizeof(line), "INCR %s\r\n", item);
  size_t used = 0;
  if (write(store, line, (size_t)length) == length) {
    while (used < sizeof(answer) - 1 && strchr(answer, '\n') == NULL) {
      ssize_t count = read(store, answer + used, sizeof(answer) - 1 - used);
      if (count <= 0)
        break;
      used += (size_t)count;
      answer[used] = '\0';
    }
  }
  close(store);
  return answer[0] == ':' && strchr(answer, '\n') != NULL ? strtol(answer + 1, NULL, 10) : -1;
}

static void respond(int connection, const char *status, const char *text) {
  char response[256];
  int length = snprintf(response, sizeof(response),
                        "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                        status, strlen(text), text);
  for (int sent = 0; sent < length;) {
    ssize_t count = write(connection, response + sent, (size_t)(length - sent));
    if (count <= 0)
      return;
    sent += (int)count;
  }
}

static void serve(int connection) {
  static char head[REQUEST_MAX];
  char item[ITEM_MAX], text[32];
  if (read_head(connection, head)) {
    if (!item_of(head, item))
      respond(connection, "404 Not Found", "no such item");
    else {
      long number = count_order(item);
      snprintf(text, sizeof(text), "%ld", number);
      if (number < 0)
        respond(connection, "503 Service Unavailable", "the store does not answer");
      else
        respond(connection, "200 OK", text);
    }
  }
  close(connection);
}

void program_main(const argdata_t *ad) {
  int listen = -1, ready = -1, stop = -1;
  program_argument_fd(ad, "listen", &listen);
  program_argument_fd(ad, "network", &network);
  program_argument_fd(ad, "ready", &ready);
  program_argument_fd(ad, "stop", &stop);
  write(ready, "\n", 1);
  close(ready);
  for (;;) {
    struct pollfd polled[] = {{.fd = stop, .events = POLLIN}, {.fd = listen, .events = POLLIN}};
    if (poll(polled, 2, -1) < 0)
      continue;
    if (polled[0].revents != 0)
      exit(0);
    /* Another replica may have been faster. */
    int connection = accept4(listen, NULL, NULL, SOCK_CLOEXEC);
    if (connection >= 0)
      serve(connection);
  }
}
