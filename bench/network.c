// A server and clients of TCP, to measure a network with. `network serve` prints its port. `network connect PORT TIMES`
// connects, exchanges a byte and closes, and prints the least time in microseconds; `exchange PORT CONNECTIONS SECONDS`
// prints the exchanges of 512 bytes in a second; `open PORT THREADS SECONDS` the connections in a second; `stream PORT STREAMS
// MEGABYTES` the milliseconds until the server has all of them; `hold PORT CONNECTIONS` connects, prints a line and waits.
// The address is that of HOST in the environment, 127.0.0.1 by default. With PROXY_PORT, connections are asked of a proxy for
// HTTP on that port of 127.0.0.1 (CONNECT, RFC 9110), with PROXY_AUTHORIZATION.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 1 << 18, MESSAGE = 512 };

static struct sockaddr_in address;
static double until;
static long size;
static long counted;
static char asking[1024]; // the request to a proxy; empty without one

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void check(int good, const char *what) {
  if (good) return;
  perror(what);
  exit(1);
}

static int all(int fd, char *buffer, size_t length) {
  for (size_t at = 0; at < length;) {
    ssize_t count = read(fd, buffer + at, length - at);
    if (count <= 0) return 0;
    at += (size_t)count;
  }
  return 1;
}

// The first byte says the work: 'b' a byte comes back, 'e' each message comes back, 's' its size comes, all is read and a byte
// comes back. Proxies do not carry the end of one half.
static void *serve(void *argument) {
  int fd = (int)(long)argument;
  char *buffer = malloc(BLOCK);
  char work;
  if (all(fd, &work, 1)) {
    if (work == 'b') check(write(fd, &work, 1) == 1, "write");
    else if (work == 'e')
      while (all(fd, buffer, MESSAGE) && write(fd, buffer, MESSAGE) == MESSAGE) continue;
    else {
      long left = 0;
      check(all(fd, (char *)&left, sizeof left), "read");
      while (left > 0) {
        ssize_t count = read(fd, buffer, BLOCK);
        if (count <= 0) break;
        left -= count;
      }
      if (write(fd, &work, 1) != 1) perror("write");
    }
  }
  free(buffer);
  close(fd);
  return NULL;
}

// Reads the head of a proxy's answer. Nothing of the server is behind it: the server never speaks first.
static int allowed(int fd) {
  char head[1024];
  size_t length = 0;
  while (length < sizeof head - 1) {
    ssize_t count = read(fd, head + length, sizeof head - 1 - length);
    if (count <= 0) return 0;
    head[length += (size_t)count] = 0;
    if (strstr(head, "\r\n\r\n")) return strncmp(head + strcspn(head, " "), " 200", 4) == 0;
  }
  return 0;
}

static int connected(char work) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  check(fd >= 0, "socket");
  check(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (*asking) {
    check(write(fd, asking, strlen(asking)) == (ssize_t)strlen(asking), "write to the proxy");
    check(allowed(fd), "the proxy");
  }
  check(write(fd, &work, 1) == 1, "write");
  return fd;
}

static void once(void) {
  char byte;
  int fd = connected('b');
  check(all(fd, &byte, 1), "read");
  close(fd);
}

static void *opening(void *unused) {
  while (now() < until) {
    once();
    __atomic_add_fetch(&counted, 1, __ATOMIC_RELAXED);
  }
  return unused;
}

static void *exchanging(void *unused) {
  char message[MESSAGE] = {0};
  int fd = connected('e');
  while (now() < until) {
    check(write(fd, message, MESSAGE) == MESSAGE && all(fd, message, MESSAGE), "exchange");
    __atomic_add_fetch(&counted, 1, __ATOMIC_RELAXED);
  }
  close(fd);
  return unused;
}

static void *streaming(void *unused) {
  char *buffer = calloc(1, BLOCK), byte;
  int fd = connected('s');
  check(write(fd, &size, sizeof size) == sizeof size, "write");
  for (long left = size; left > 0;) {
    ssize_t count = write(fd, buffer, left < BLOCK ? (size_t)left : BLOCK);
    check(count > 0, "write");
    left -= count;
  }
  if (!*asking) shutdown(fd, SHUT_WR);
  check(all(fd, &byte, 1), "read");
  close(fd);
  free(buffer);
  return unused;
}

static void together(int threads, void *(*work)(void *)) {
  pthread_t *made = calloc((size_t)threads, sizeof *made);
  for (int i = 0; i < threads; i++) check(pthread_create(&made[i], NULL, work, NULL) == 0, "pthread_create");
  for (int i = 0; i < threads; i++) pthread_join(made[i], NULL);
}

int main(int argc, char **argv) {
  const char *host = getenv("HOST"), *work = argv[1], *proxy = getenv("PROXY_PORT");
  const char *authorization = getenv("PROXY_AUTHORIZATION");
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  address.sin_family = AF_INET;
  inet_pton(AF_INET, host ? host : "127.0.0.1", &address.sin_addr);
  if (argc == 2) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    socklen_t length = sizeof address;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 1 << 16);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    check(bind(listener, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    check(listen(listener, 4096) == 0, "listen");
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
      pthread_t thread;
      int fd = accept(listener, NULL, NULL), one = 1;
      if (fd < 0) continue;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      if (pthread_create(&thread, &small, serve, (void *)(long)fd) != 0) close(fd);
    }
  }
  int count = atoi(argv[3]);
  address.sin_port = htons((unsigned short)atoi(proxy ? proxy : argv[2]));
  if (proxy)
    snprintf(asking, sizeof asking, "CONNECT localhost:%s HTTP/1.1\r\nHost: localhost:%s\r\nProxy-Authorization: %s\r\n\r\n",
             argv[2], argv[2], authorization ? authorization : "");
  if (strcmp(work, "connect") == 0) {
    double least = 1e12;
    for (int i = 0; i < count; i++) {
      double start = now();
      once();
      if (now() - start < least) least = now() - start;
    }
    printf("%f\n", least);
  } else if (strcmp(work, "stream") == 0) {
    size = atol(argv[4]) * 1000000 / count;
    double start = now();
    together(count, streaming);
    printf("%f\n", (now() - start) / 1e3);
  } else if (strcmp(work, "hold") == 0) {
    int last = -1;
    for (int i = 0; i < count; i++) last = connected('e');
    char message[MESSAGE] = {0};
    check(write(last, message, MESSAGE) == MESSAGE && all(last, message, MESSAGE), "exchange");
    printf("held\n");
    fflush(stdout);
    pause();
  } else {
    double seconds = atof(argv[4]);
    until = now() + seconds * 1e6;
    together(count, strcmp(work, "open") == 0 ? opening : exchanging);
    printf("%f\n", (double)counted / seconds);
  }
  return 0;
}
