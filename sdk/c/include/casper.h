/*
 * casper.h: services, asked through channels (docs/services.md), after libcasper of FreeBSD.
 *
 * A channel is a descriptor out of the tree (`!service`). Functions are those of the C library with a channel in front. They
 * return NULL or -1 with errno when the service refuses (ENOTCAPABLE), when nothing is found (ENOENT), when it has
 * ended (EPIPE), or when the channel speaks something else (EBADMSG). Results stay until the next call with the same
 * channel. A channel serves one thread at a time; others take clones.
 */
#ifndef CLOUDABI_CASPER_H
#define CLOUDABI_CASPER_H

#include <argdata.h>
#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <syslog.h>

typedef struct cap_channel cap_channel_t;

/* An entry of users; fields that a limit withholds are empty texts and (uid_t)-1. */
struct passwd {
  char *pw_name;
  char *pw_passwd;
  uid_t pw_uid;
  gid_t pw_gid;
  char *pw_gecos;
  char *pw_dir;
  char *pw_shell;
};

/* An entry of groups; gr_mem ends with NULL. */
struct group {
  char *gr_name;
  char *gr_passwd;
  gid_t gr_gid;
  char **gr_mem;
};

#ifdef __cplusplus
extern "C" {
#endif

/* Makes a channel of a descriptor, which belongs to it from then on. */
cap_channel_t *cap_wrap(int fd);

/* Frees a channel and gives its descriptor back. */
int cap_unwrap(cap_channel_t *channel);

/* The descriptor, for poll() and sendmsg(). */
int cap_sock(const cap_channel_t *channel);

/* Another channel with the limits of now. */
cap_channel_t *cap_clone(cap_channel_t *channel);

/* Closes a channel; NULL does nothing. */
void cap_close(cap_channel_t *channel);

/* Opens a channel to another service through one to the service `zygote`. */
cap_channel_t *cap_service_open(cap_channel_t *zygote, const char *name);

/* Narrows the limits: a map. Wider ones fail with ENOTCAPABLE, and nothing has changed then. */
int cap_limit_set(cap_channel_t *channel, const argdata_t *limits);

/*
 * Makes any call of a service with a map of arguments, or NULL for none. Descriptors in the result belong to the caller.
 */
int cap_xfer(cap_channel_t *channel, const char *call, const argdata_t *arguments, const argdata_t **result);

/* Service pwd. */
struct passwd *cap_getpwnam(cap_channel_t *channel, const char *name);
struct passwd *cap_getpwuid(cap_channel_t *channel, uid_t uid);
struct passwd *cap_getpwent(cap_channel_t *channel);
void cap_setpwent(cap_channel_t *channel);

/* Service grp. */
struct group *cap_getgrnam(cap_channel_t *channel, const char *name);
struct group *cap_getgrgid(cap_channel_t *channel, gid_t gid);
struct group *cap_getgrent(cap_channel_t *channel);
void cap_setgrent(cap_channel_t *channel);

/*
 * Service dns. `servname` is a decimal port or NULL, and of the hints the family counts: AF_UNSPEC, AF_INET or AF_INET6.
 * Returns 0 or a code of netdb.h; EAI_SYSTEM says that errno has the reason.
 */
int cap_getaddrinfo(cap_channel_t *channel, const char *hostname, const char *servname, const struct addrinfo *hints,
                    struct addrinfo **result);
/* Frees what cap_getaddrinfo() gave, as freeaddrinfo() does. */
void cap_freeaddrinfo(struct addrinfo *first);

/*
 * Service net. A program cannot make sockets itself, so that it gets a connected one: SOCK_STREAM for TCP, SOCK_DGRAM for
 * UDP. Returns the descriptor.
 */
int cap_connect(cap_channel_t *channel, const char *host, uint16_t port, int type);

/* Service syslog. Errors of the log cannot be told, as those of syslog() cannot. */
void cap_openlog(cap_channel_t *channel, const char *ident);
void cap_syslog(cap_channel_t *channel, int priority, const char *message, ...) __attribute__((format(printf, 3, 4)));
void cap_closelog(cap_channel_t *channel);

/*
 * Service sysctl: names and values as /proc/sys has them. `oldlenp` has the room and gets the length, with the NUL at the
 * end; ENOMEM when there is too little.
 */
int cap_sysctlbyname(cap_channel_t *channel, const char *name, char *oldp, size_t *oldlenp, const char *newp);

/* Service fileargs: opens a file that was named beforehand; `access` is "read", "write" or "append". */
int cap_fileargs_open(cap_channel_t *channel, const char *path, const char *access);

/* A header of a request or of its answer. A list of them in a request ends with a name that is NULL. */
struct cap_http_header {
  const char *name;
  const char *value;
};

/* The answer to a request. `headers` has `header_count` of them, and `body` is not ended by a NUL. */
struct cap_http_response {
  int status;
  const struct cap_http_header *headers;
  size_t header_count;
  const void *body;
  size_t body_length;
};

/*
 * Service http: makes a request and waits for its whole answer. `method` is GET for NULL; `headers` and `body` are none for
 * NULL. What the service adds to a request, such as a secret, is not in the answer.
 */
const struct cap_http_response *cap_http_request(cap_channel_t *channel, const char *method, const char *url,
                                                 const struct cap_http_header *headers, const void *body,
                                                 size_t length);
/* A socket on which the program speaks HTTP/1.1 with an origin such as "https://api.example.org", without TLS. */
int cap_http_connect(cap_channel_t *channel, const char *origin);

/* A socket for packets: `type` is "raw" or "datagram", `protocol` a name such as "udp". 0 and NULL leave a part out. */
struct cap_socket {
  int family;
  const char *type;
  const char *protocol;
  bool sends;
  bool receives;
  /* The numeric address that packets go to, and its port. */
  const char *peer;
  uint16_t port;
  uint16_t local_port;
  int ttl;
};

/*
 * Service socket: returns a socket of which each read is a packet and each write sends one. `addressed`, unless it is NULL, is set
 * to true where 20 bytes with the sender stand before each packet (docs/services.md).
 */
int cap_socket_open(cap_channel_t *channel, const struct cap_socket *wanted, bool *addressed);

/* Service random. */
int cap_random_buf(cap_channel_t *channel, void *buffer, size_t length);

#ifdef __cplusplus
}
#endif

#endif
