#include <sys/socket.h>

#include "../result.h"
#include "../unistd/pair.h"

int socketpair(int domain, int type, int protocol, int ends[2]) {
  int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (domain != AF_UNIX)
    return result_of(EAFNOSUPPORT);
  if (kind != SOCK_STREAM && kind != SOCK_DGRAM)
    return result_of(EPROTOTYPE);
  if (protocol != 0)
    return result_of(EPROTONOSUPPORT);
  cloudabi_fd_t pair[2];
  int error = make_pair(kind == SOCK_STREAM ? CLOUDABI_FILETYPE_SOCKET_STREAM : CLOUDABI_FILETYPE_SOCKET_DGRAM,
                        (type & SOCK_NONBLOCK) != 0, pair);
  if (error != 0)
    return result_of(error);
  ends[0] = (int)pair[0];
  ends[1] = (int)pair[1];
  return 0;
}
