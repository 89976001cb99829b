/*
 * netdb.h: addresses and their texts. No name is looked up, since that needs a service that was granted: getaddrinfo takes
 * numeric addresses, and names that always mean this machine. Services and protocols are those that are built in.
 */
#ifndef CLOUDABI_NETDB_H
#define CLOUDABI_NETDB_H

#ifndef __wasi__
#include_next <netdb.h>
#else

#include <locale.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

struct addrinfo {
  int ai_flags;
  int ai_family;
  int ai_socktype;
  int ai_protocol;
  socklen_t ai_addrlen;
  struct sockaddr *ai_addr;
  char *ai_canonname;
  struct addrinfo *ai_next;
};

struct servent {
  char *s_name;
  char **s_aliases;
  /* In network byte order. */
  int s_port;
  char *s_proto;
};

struct protoent {
  char *p_name;
  char **p_aliases;
  int p_proto;
};

#define AI_PASSIVE 0x01
#define AI_CANONNAME 0x02
#define AI_NUMERICHOST 0x04
#define AI_V4MAPPED 0x08
#define AI_ALL 0x10
#define AI_ADDRCONFIG 0x20
#define AI_NUMERICSERV 0x400

#define NI_NUMERICHOST 0x01
#define NI_NUMERICSERV 0x02
#define NI_NOFQDN 0x04
#define NI_NAMEREQD 0x08
#define NI_DGRAM 0x10
#define NI_NUMERICSCOPE 0x100
#define NI_MAXHOST 255
#define NI_MAXSERV 32

#define EAI_BADFLAGS (-1)
#define EAI_NONAME (-2)
#define EAI_AGAIN (-3)
#define EAI_FAIL (-4)
#define EAI_FAMILY (-6)
#define EAI_SOCKTYPE (-7)
#define EAI_SERVICE (-8)
#define EAI_MEMORY (-10)
#define EAI_SYSTEM (-11)
#define EAI_OVERFLOW (-12)

#define IPPORT_RESERVED 1024

int getaddrinfo(const char *__restrict node, const char *__restrict service, const struct addrinfo *__restrict hints,
                struct addrinfo **__restrict found);
void freeaddrinfo(struct addrinfo *found);
/* Gives numbers: EAI_NONAME with NI_NAMEREQD. */
int getnameinfo(const struct sockaddr *__restrict address, socklen_t length, char *__restrict host, socklen_t host_size,
                char *__restrict service, socklen_t service_size, int flags);
const char *gai_strerror(int error);
const char *gai_strerror_l(int error, locale_t locale);

/* The results lie in the library, and stay as they are: there is nothing to be overwritten. */
struct servent *getservbyname(const char *name, const char *protocol);
struct servent *getservbyport(int port, const char *protocol);
struct servent *getservent(void);
void setservent(int stayopen);
void endservent(void);
struct protoent *getprotobyname(const char *name);
struct protoent *getprotobynumber(int number);
struct protoent *getprotoent(void);
void setprotoent(int stayopen);
void endprotoent(void);

#ifdef __cplusplus
}
#endif
#endif

#endif
