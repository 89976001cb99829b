/*
 * Clients without a library that could be told otherwise. `tcp HOST PORT` connects without blocking, with epoll, and prints
 * what it reads; `udp HOST PORT` sends a datagram and prints the answer and its source; `kinds` tries kinds of sockets.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int tcp(const char *host, const char *port)
{
  struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST }, *found;
  int fd, epoll = epoll_create1(0), error = 0;
  socklen_t length = sizeof error;
  struct epoll_event event = { .events = EPOLLOUT | EPOLLET };
  char bytes[256];
  if (getaddrinfo(host, port, &hints, &found) != 0) return puts("no address"), 1;
  fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event); /* before it connects, as nginx does */
  if (connect(fd, found->ai_addr, found->ai_addrlen) < 0 && errno != EINPROGRESS) return printf("%s\n", strerrorname_np(errno)), 0;
  epoll_wait(epoll, &event, 1, -1);
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error) return printf("%s\n", strerrorname_np(error)), 0;
  fcntl(fd, F_SETFL, 0);
  ssize_t count = read(fd, bytes, sizeof bytes);
  if (count < 0) return printf("%s\n", strerrorname_np(errno)), 0;
  printf("%.*s\n", (int)count, bytes);
  return 0;
}

static int udp(const char *host, const char *port)
{
  struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST }, *found;
  struct sockaddr_storage from;
  socklen_t length = sizeof from;
  char bytes[2048], name[64], service[16];
  if (getaddrinfo(host, port, &hints, &found) != 0) return puts("no address"), 1;
  int fd = socket(found->ai_family, SOCK_DGRAM, 0);
  for (int i = 0; i < 3; i++) sendto(fd, "ping", 4, 0, found->ai_addr, found->ai_addrlen);
  for (int i = 0; i < 3; i++) {
    struct pollfd ready = { fd, POLLIN, 0 };
    if (poll(&ready, 1, 3000) != 1) return puts("nothing"), 0;
    ssize_t count = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);
    getnameinfo((struct sockaddr *)&from, length, name, sizeof name, service, sizeof service, NI_NUMERICHOST | NI_NUMERICSERV);
    printf("%.*s from %s %s\n", (int)count, bytes, name, service);
  }
  return 0;
}

static int kinds(void)
{
  static const struct { const char *name; int family, type, protocol; } list[] = {
    { "tcp", AF_INET, SOCK_STREAM, 0 }, { "udp", AF_INET6, SOCK_DGRAM, 17 }, { "unix", AF_UNIX, SOCK_STREAM, 0 },
    { "raw", AF_INET, SOCK_RAW, 6 }, { "packet", 17, SOCK_RAW, 0x0300 }, { "ping", AF_INET, SOCK_DGRAM, 1 },
    { "mptcp", AF_INET, SOCK_STREAM, 262 }, { "sctp", AF_INET, SOCK_STREAM, 132 }, { "vsock", 40, SOCK_STREAM, 0 },
    { "netfilter", 16, SOCK_RAW, 12 }, { "route", 16, SOCK_RAW, 0 },
  };
  for (unsigned i = 0; i < sizeof list / sizeof *list; i++) {
    int fd = socket(list[i].family, list[i].type, list[i].protocol);
    printf("%s %s\n", list[i].name, fd < 0 ? strerrorname_np(errno) : "made");
  }
  return 0;
}

int main(int argc, char **argv)
{
  if (argc == 2 && strcmp(argv[1], "kinds") == 0) return kinds();
  if (argc != 4) return 2;
  return strcmp(argv[1], "udp") == 0 ? udp(argv[2], argv[3]) : tcp(argv[2], argv[3]);
}
