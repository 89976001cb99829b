#include <cloudabi_syscalls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../result.h"

_Static_assert(sizeof(struct iovec) == sizeof(cloudabi_ciovec_t), "both name bytes alike");
_Static_assert(offsetof(struct iovec, iov_len) == offsetof(cloudabi_ciovec_t, buf_len), "both name bytes alike");

/* The descriptors of all control data, one after the other, in memory to be freed: 0, or an errno. */
static int descriptors_of(const struct msghdr *message, cloudabi_fd_t **found, size_t *count) {
  *found = malloc(message->msg_controllen + 1);
  *count = 0;
  if (*found == NULL)
    return ENOMEM;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header)) {
    size_t left = (size_t)((unsigned char *)message->msg_control + message->msg_controllen - (unsigned char *)header);
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS || header->cmsg_len < CMSG_LEN(0) ||
        header->cmsg_len > left || (header->cmsg_len - CMSG_LEN(0)) % sizeof(int) != 0) {
      free(*found);
      return EINVAL;
    }
    size_t length = header->cmsg_len - CMSG_LEN(0);
    memcpy(*found + *count, CMSG_DATA(header), length);
    *count += length / sizeof(int);
  }
  return 0;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  if (flags != 0)
    return result_of(EOPNOTSUPP);
  if (message->msg_name != NULL && message->msg_namelen > 0)
    return result_of(EISCONN);
  cloudabi_fd_t *descriptors = NULL;
  size_t count = 0;
  if (message->msg_control != NULL && message->msg_controllen > 0) {
    int error = descriptors_of(message, &descriptors, &count);
    if (error != 0)
      return result_of(error);
  }
  cloudabi_send_in_t in = {
      .si_data = (const cloudabi_ciovec_t *)message->msg_iov,
      .si_data_len = (size_t)message->msg_iovlen,
      .si_fds = descriptors,
      .si_fds_len = count,
  };
  cloudabi_send_out_t out = {0};
  int error = cloudabi_sys_sock_send((cloudabi_fd_t)fd, &in, &out);
  free(descriptors);
  return error == 0 ? (ssize_t)out.so_datalen : result_of(error);
}
