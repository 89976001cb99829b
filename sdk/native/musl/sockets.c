/* Waiting for descriptors, and messages that carry them. */
#include "system.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* More descriptors than these travel in no message, and more are not waited for at once. */
#define MOST_PASSED 64
#define MOST_POLLED 500
#define FEW 16

static long poll_in(struct pollfd *polled, size_t count, int64_t timeout, cloudabi_subscription_t *wanted, cloudabi_event_t *events)
{
  size_t used = 0;
  for (size_t index = 0; index < count; index++) {
    polled[index].revents = 0;
    if (polled[index].fd < 0) continue;
    for (int writes = 0; writes < 2; writes++) {
      if ((polled[index].events & (writes ? POLLOUT : POLLIN)) == 0) continue;
      wanted[used++] = (cloudabi_subscription_t){
        .userdata = index,
        .type = writes ? CLOUDABI_EVENTTYPE_FD_WRITE : CLOUDABI_EVENTTYPE_FD_READ,
        .fd_readwrite = { .fd = (cloudabi_fd_t)polled[index].fd, .flags = CLOUDABI_SUBSCRIPTION_FD_READWRITE_POLL },
      };
    }
  }
  if (timeout >= 0)
    wanted[used++] = (cloudabi_subscription_t){
      .userdata = count,
      .type = CLOUDABI_EVENTTYPE_CLOCK,
      .clock = { .clock_id = CLOUDABI_CLOCK_MONOTONIC, .timeout = (cloudabi_timestamp_t)timeout },
    };
  if (used == 0) return -EINVAL;
  size_t happened;
  cloudabi_errno_t error = cloudabi_sys_poll(wanted, events, used, &happened);
  if (error) return -error;
  for (size_t index = 0; index < happened; index++) {
    const cloudabi_event_t *event = &events[index];
    if (event->userdata >= count) continue;
    struct pollfd *one = &polled[event->userdata];
    if (event->error == CLOUDABI_EBADF) one->revents |= POLLNVAL;
    else if (event->error) one->revents |= POLLERR;
    else one->revents |= event->type == CLOUDABI_EVENTTYPE_FD_WRITE ? POLLOUT : POLLIN;
    if (!event->error && (event->fd_readwrite.flags & CLOUDABI_EVENT_FD_READWRITE_HANGUP)) one->revents |= POLLHUP;
  }
  long ready = 0;
  for (size_t index = 0; index < count; index++) ready += polled[index].revents != 0;
  return ready;
}

long cloudabi_poll(struct pollfd *polled, size_t count, int64_t timeout)
{
  cloudabi_subscription_t few[2 * FEW + 1], *wanted = few;
  cloudabi_event_t few_events[2 * FEW + 1], *events = few_events;
  if (count > MOST_POLLED) return -EINVAL;
  if (count > FEW) {
    wanted = malloc((2 * count + 1) * sizeof(*wanted));
    events = malloc((2 * count + 1) * sizeof(*events));
    if (!wanted || !events) {
      free(wanted);
      free(events);
      return -ENOMEM;
    }
  }
  long ready = poll_in(polled, count, timeout, wanted, events);
  if (count > FEW) {
    free(wanted);
    free(events);
  }
  return ready;
}
long cloudabi_send(long fd, const struct msghdr *message)
{
  cloudabi_fd_t fds[MOST_PASSED];
  size_t passed = 0;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR((struct msghdr *)message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) return -EINVAL;
    size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    if (count > MOST_PASSED - passed) return -EINVAL;
    memcpy(fds + passed, CMSG_DATA(part), count * sizeof(int));
    passed += count;
  }
  cloudabi_send_in_t in = { (const void *)message->msg_iov, (size_t)message->msg_iovlen, fds, passed, 0 };
  cloudabi_send_out_t out;
  cloudabi_errno_t error = cloudabi_sys_sock_send((cloudabi_fd_t)fd, &in, &out);
  return error ? -error : (long)out.so_datalen;
}

long cloudabi_receive(long fd, struct msghdr *message, int flags)
{
  cloudabi_fd_t fds[MOST_PASSED];
  size_t room = message->msg_controllen >= CMSG_LEN(0) ? (message->msg_controllen - CMSG_LEN(0)) / sizeof(int) : 0;
  if (room > MOST_PASSED) room = MOST_PASSED;
  cloudabi_riflags_t how = (flags & MSG_PEEK ? CLOUDABI_SOCK_RECV_PEEK : 0) | (flags & MSG_WAITALL ? CLOUDABI_SOCK_RECV_WAITALL : 0);
  cloudabi_recv_in_t in = { (const void *)message->msg_iov, (size_t)message->msg_iovlen, fds, room, how };
  cloudabi_recv_out_t out;
  cloudabi_errno_t error = cloudabi_sys_sock_recv((cloudabi_fd_t)fd, &in, &out);
  if (error) return -error;
  message->msg_flags = (out.ro_flags & CLOUDABI_SOCK_RECV_FDS_TRUNCATED ? MSG_CTRUNC : 0) |
                       (out.ro_flags & CLOUDABI_SOCK_RECV_DATA_TRUNCATED ? MSG_TRUNC : 0);
  message->msg_namelen = 0;
  if (out.ro_fdslen > 0) {
    struct cmsghdr *part = CMSG_FIRSTHDR(message);
    part->cmsg_len = (socklen_t)CMSG_LEN(out.ro_fdslen * sizeof(int));
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    memcpy(CMSG_DATA(part), fds, out.ro_fdslen * sizeof(int));
    message->msg_controllen = (socklen_t)CMSG_SPACE(out.ro_fdslen * sizeof(int));
  } else {
    message->msg_controllen = 0;
  }
  return (long)out.ro_datalen;
}

long cloudabi_pair(int type, int ends[2])
{
  int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (kind != SOCK_STREAM && kind != SOCK_DGRAM) return -EPROTOTYPE;
  cloudabi_fd_t made[2];
  cloudabi_errno_t error = cloudabi_sys_fd_create2(
      kind == SOCK_STREAM ? CLOUDABI_FILETYPE_SOCKET_STREAM : CLOUDABI_FILETYPE_SOCKET_DGRAM, &made[0], &made[1]);
  if (error) return -error;
  for (int end = 0; end < 2; end++) {
    ends[end] = (int)made[end];
    if (type & SOCK_NONBLOCK) {
      cloudabi_fdstat_t stat = { .fs_flags = CLOUDABI_FDFLAG_NONBLOCK };
      cloudabi_sys_fd_stat_put(made[end], &stat, CLOUDABI_FDSTAT_FLAGS);
    }
  }
  return 0;
}
