#include <cloudabi.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

enum { SOCKETS_MAX = 64 };

/* Errors of one connection, or of a socket that another process emptied first. */
static bool is_passing(int error) {
  return error == EAGAIN || error == ECONNABORTED || error == EINTR || error == EPROTO || error == ETIMEDOUT;
}

int program_accept_loop(const int *sockets, size_t count, void (*serve)(int, void *), void *context) {
  struct pollfd polled[SOCKETS_MAX];
  if (count == 0 || count > SOCKETS_MAX)
    return EINVAL;
  for (;;) {
    for (size_t i = 0; i < count; ++i)
      polled[i] = (struct pollfd){.fd = sockets[i], .events = POLLIN};
    if (poll(polled, count, -1) < 0 && errno != EINTR)
      return errno;
    for (size_t i = 0; i < count; ++i) {
      if (polled[i].revents == 0)
        continue;
      int connection = accept(sockets[i], NULL, NULL);
      if (connection >= 0)
        serve(connection, context);
      else if (!is_passing(errno))
        return errno;
    }
  }
}
