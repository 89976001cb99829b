#include <cloudabi_syscalls.h>
#include <sys/socket.h>

#include "../result.h"

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  if ((flags & ~(MSG_PEEK | MSG_WAITALL)) != 0)
    return result_of(EOPNOTSUPP);
  size_t room = message->msg_control == NULL || message->msg_controllen < CMSG_LEN(sizeof(int))
                    ? 0
                    : (message->msg_controllen - CMSG_LEN(0)) / sizeof(int);
  struct cmsghdr *header = message->msg_control;
  cloudabi_recv_in_t in = {
      .ri_data = (const cloudabi_iovec_t *)message->msg_iov,
      .ri_data_len = (size_t)message->msg_iovlen,
      .ri_fds = room == 0 ? NULL : (cloudabi_fd_t *)(void *)CMSG_DATA(header),
      .ri_fds_len = room,
      .ri_flags = (cloudabi_riflags_t)(((flags & MSG_PEEK) != 0 ? CLOUDABI_SOCK_RECV_PEEK : 0) |
                                       ((flags & MSG_WAITALL) != 0 ? CLOUDABI_SOCK_RECV_WAITALL : 0)),
  };
  cloudabi_recv_out_t out = {0};
  int error = cloudabi_sys_sock_recv((cloudabi_fd_t)fd, &in, &out);
  if (error != 0)
    return result_of(error);
  message->msg_controllen = 0;
  if (out.ro_fdslen > 0) {
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(out.ro_fdslen * sizeof(int));
    message->msg_controllen = header->cmsg_len;
  }
  message->msg_namelen = 0;
  message->msg_flags = ((out.ro_flags & CLOUDABI_SOCK_RECV_FDS_TRUNCATED) != 0 ? MSG_CTRUNC : 0) |
                       ((out.ro_flags & CLOUDABI_SOCK_RECV_DATA_TRUNCATED) != 0 ? MSG_TRUNC : 0);
  return (ssize_t)out.ro_datalen;
}
