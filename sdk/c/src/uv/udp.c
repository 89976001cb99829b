/* Sockets for datagrams. */
#include "loop.h"

enum { DATAGRAM_MAX = 65536 };

int uv_udp_init(uv_loop_t *loop, uv_udp_t *udp) {
  uv__init(loop, HANDLE(udp), UV_UDP);
  udp->_alloc_cb = NULL;
  udp->_cb = NULL;
  udp->_fd = -1;
  return 0;
}

int uv_udp_init_ex(uv_loop_t *loop, uv_udp_t *udp, unsigned int flags) {
  int family = (int)(flags & 0xff);
  if (family != AF_UNSPEC && family != AF_INET && family != AF_INET6)
    return UV_EINVAL;
  return family == AF_UNSPEC ? uv_udp_init(loop, udp) : UV_EAFNOSUPPORT;
}

int uv_udp_open(uv_udp_t *udp, uv_os_sock_t fd) {
  if (udp->_fd >= 0)
    return UV_EBUSY;
  if (fd < 0)
    return UV_EBADF;
  uv__set_nonblocking(fd);
  udp->_fd = fd;
  return 0;
}

int uv_udp_recv_start(uv_udp_t *udp, uv_alloc_cb allocate, uv_udp_recv_cb callback) {
  if (udp->_fd < 0 || allocate == NULL || callback == NULL)
    return UV_EINVAL;
  if (uv__is(HANDLE(udp), ACTIVE))
    return UV_EALREADY;
  udp->_alloc_cb = allocate;
  udp->_cb = callback;
  uv__start(HANDLE(udp));
  return 0;
}

int uv_udp_recv_stop(uv_udp_t *udp) {
  uv__stop(HANDLE(udp));
  return 0;
}

void uv__udp_readable(uv_udp_t *udp) {
  uv_buf_t buffer = {NULL, 0};
  udp->_alloc_cb(HANDLE(udp), DATAGRAM_MAX, &buffer);
  if (buffer.base == NULL || buffer.len == 0) {
    udp->_cb(udp, UV_ENOBUFS, &buffer, NULL, 0);
    return;
  }
  struct iovec vector = {.iov_base = buffer.base, .iov_len = buffer.len};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  ssize_t length = recvmsg(udp->_fd, &message, 0);
  if (length < 0)
    udp->_cb(udp, errno == EAGAIN || errno == EINTR ? 0 : -errno, &buffer, NULL, 0);
  else
    udp->_cb(udp, length, &buffer, NULL, (message.msg_flags & MSG_TRUNC) != 0 ? UV_UDP_PARTIAL : 0);
}
