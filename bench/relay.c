// The least that a relay in a process of its own can do: `relay PORT` prints a port, and connects what comes there to a port of
// 127.0.0.1. It decides nothing, crosses no namespace and keeps no limit, so that it shows what two connections in place of
// one cost, and a second copy of each byte. Sending waits for the receiver.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK = 1 << 20, MOST = 1 << 14, TURNS = 8, EVENTS = 256 };

struct connection {
  int fd[2], ready[2], over[2];
};

static struct connection connections[MOST];
static int unused[MOST], unused_count;
static char block[BLOCK];

// Carries bytes from a side to the other. Returns 1 when there may be more.
static int carry(struct connection *c, int side) {
  for (int turn = 0; turn < TURNS; turn++) {
    if (!c->ready[side] || c->over[side]) return 0;
    ssize_t count = recv(c->fd[side], block, BLOCK, MSG_DONTWAIT);
    if (count < 0) return c->ready[side] = 0;
    if (count == 0) {
      c->over[side] = 1;
      if (!c->over[1 - side]) shutdown(c->fd[1 - side], SHUT_WR);
      return 0;
    }
    for (ssize_t at = 0, sent; at < count; at += sent)
      if ((sent = send(c->fd[1 - side], block + at, (size_t)(count - at), MSG_NOSIGNAL)) < 0) {
        c->over[0] = c->over[1] = 1;
        return 0;
      }
  }
  return 1;
}

static void go_on(struct connection *c) {
  while (carry(c, 0) | carry(c, 1)) continue;
  if (!c->over[0] || !c->over[1]) return;
  for (int side = 0; side < 2; side++) close(c->fd[side]);
  c->fd[0] = -1;
  unused[unused_count++] = (int)(c - connections);
}

static void begin(int epoll, int inside, const struct sockaddr_in *to) {
  int one = 1, outside = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(outside, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (unused_count == 0 || connect(outside, (const struct sockaddr *)to, sizeof *to) != 0) {
    close(inside);
    close(outside);
    return;
  }
  struct connection *c = &connections[unused[--unused_count]];
  *c = (struct connection){.fd = {inside, outside}};
  for (unsigned side = 0; side < 2; side++) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.u64 = (size_t)(c - connections) * 2 + side};
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd[side], &event);
  }
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  struct sockaddr_in address = {.sin_family = AF_INET}, to = address;
  socklen_t length = sizeof address;
  int one = 1, epoll = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  address.sin_addr.s_addr = to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons((unsigned short)atoi(argv[1]));
  setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0) return 1;
  getsockname(listener, (struct sockaddr *)&address, &length);
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = UINT64_MAX};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (int index = MOST - 1; index >= 0; index--) unused[unused_count++] = index;
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.u64 == UINT64_MAX) {
        int inside = accept(listener, NULL, NULL);
        if (inside >= 0) begin(epoll, inside, &to);
        continue;
      }
      struct connection *c = &connections[events[i].data.u64 / 2];
      if (c->fd[0] < 0) continue;
      c->ready[events[i].data.u64 & 1] = 1;
      go_on(c);
    }
  }
}
