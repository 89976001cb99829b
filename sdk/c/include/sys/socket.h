/*
 * sys/socket.h: the C library's, pairs of sockets, and messages with descriptors.
 */
#ifndef CLOUDABI_SYS_SOCKET_H
#define CLOUDABI_SYS_SOCKET_H

#include_next <sys/socket.h>

#ifdef __wasi__
#include <stddef.h>
#include <sys/uio.h>

/* A flag of msg_flags: data did not fit. Older versions of the C library define it by a name that does not exist. */
#undef MSG_TRUNC
#define MSG_TRUNC 0x1
/* A flag of msg_flags: descriptors were closed because there was no room for them. */
#define MSG_CTRUNC 0x8
/* No signal is sent here anyway. */
#define MSG_NOSIGNAL 0

#define SCM_RIGHTS 1

#ifndef SOMAXCONN
#define SOMAXCONN 128
#endif

struct cmsghdr {
  socklen_t cmsg_len;
  int cmsg_level;
  int cmsg_type;
};

#define CMSG_ALIGN(length) (((length) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define CMSG_LEN(length) (CMSG_ALIGN(sizeof(struct cmsghdr)) + (length))
#define CMSG_SPACE(length) (CMSG_ALIGN(sizeof(struct cmsghdr)) + CMSG_ALIGN(length))
#define CMSG_DATA(header) ((unsigned char *)(header) + CMSG_ALIGN(sizeof(struct cmsghdr)))
#define CMSG_FIRSTHDR(message)                                                                       \
  ((size_t)(message)->msg_controllen >= sizeof(struct cmsghdr) ? (struct cmsghdr *)(message)->msg_control \
                                                                 : (struct cmsghdr *)0)
#define CMSG_NXTHDR(message, header)                                                                 \
  ((header)->cmsg_len < sizeof(struct cmsghdr) ||                                                    \
           CMSG_ALIGN((size_t)(header)->cmsg_len) + sizeof(struct cmsghdr) >                         \
               (size_t)((unsigned char *)(message)->msg_control + (message)->msg_controllen -        \
                        (unsigned char *)(header))                                                   \
       ? (struct cmsghdr *)0                                                                         \
       : (struct cmsghdr *)((unsigned char *)(header) + CMSG_ALIGN((size_t)(header)->cmsg_len)))

#ifdef __cplusplus
extern "C" {
#endif

/* AF_UNIX with SOCK_STREAM or SOCK_DGRAM, and SOCK_NONBLOCK; EAFNOSUPPORT and EPROTOTYPE for others. */
int socketpair(int domain, int type, int protocol, int ends[2]);

/*
 * Messages to and from connected sockets, without an address. The only control data is SCM_RIGHTS: up to 64
 * descriptors. Received ones have at most the rights that the socket inherits.
 */
ssize_t sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t recvmsg(int fd, struct msghdr *message, int flags);

#ifdef __cplusplus
}
#endif
#endif

#endif
