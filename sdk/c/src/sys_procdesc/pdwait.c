#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/procdesc.h>
#include <sys/socket.h>

enum { HEAD = 2 * sizeof(uint32_t) };

static uint32_t number_at(const unsigned char *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

int pdwait(int fd, struct procdesc_end *end) {
  struct pollfd polled = {.fd = fd, .events = POLLIN};
  while (poll(&polled, 1, -1) < 0)
    if (errno != EINTR)
      return -1;
  unsigned char bytes[HEAD + sizeof(end->reason) - 1];
  struct iovec vector = {.iov_base = bytes, .iov_len = sizeof(bytes)};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  /* Others who hold the descriptor find it, too. */
  ssize_t length = recvmsg(fd, &message, MSG_PEEK);
  if (length < 0)
    return -1;
  if (length < HEAD || number_at(bytes) > PD_ENDED) {
    errno = length == 0 ? EPIPE : EBADMSG;
    return -1;
  }
  end->kind = number_at(bytes);
  end->value = number_at(bytes + sizeof(uint32_t));
  memset(end->reason, 0, sizeof(end->reason));
  memcpy(end->reason, bytes + HEAD, (size_t)length - HEAD);
  return 0;
}
