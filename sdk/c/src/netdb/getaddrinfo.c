/* Addresses of numeric hosts (RFC 3493, 6.1). */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
  FLAGS = AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG | AI_NUMERICSERV,
  PORT_MAX = 65535,
  KINDS = 2,
};

/* Kinds of socket that are given if none is asked for. */
static const struct {
  int type, protocol;
  char *name;
} kinds[KINDS] = {{SOCK_STREAM, IPPROTO_TCP, "tcp"}, {SOCK_DGRAM, IPPROTO_UDP, "udp"}};

/* One result in memory of its own. */
struct entry {
  struct addrinfo info;
  union {
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
  } address;
};

/* Reads the addresses of a host: an IPv4 address, an IPv6 address, or both; which are asked for. */
struct hosts {
  bool has4, has6;
  struct in_addr in;
  struct in6_addr in6;
};

static int find_hosts(const char *node, const struct addrinfo *hints, struct hosts *found) {
  int family = hints->ai_family;
  if (node == NULL || strcmp(node, "localhost") == 0) {
    bool any = node == NULL && (hints->ai_flags & AI_PASSIVE) != 0;
    if (node != NULL && (hints->ai_flags & AI_NUMERICHOST) != 0)
      return EAI_NONAME;
    found->has4 = family != AF_INET6;
    found->has6 = family != AF_INET;
    found->in.s_addr = htonl(any ? INADDR_ANY : INADDR_LOOPBACK);
    found->in6 = any ? in6addr_any : in6addr_loopback;
    return 0;
  }
  found->has4 = inet_pton(AF_INET, node, &found->in) == 1;
  found->has6 = !found->has4 && inet_pton(AF_INET6, node, &found->in6) == 1;
  if (found->has4 && family == AF_INET6 && (hints->ai_flags & AI_V4MAPPED) != 0) {
    memset(&found->in6, 0, sizeof(found->in6));
    found->in6.s6_addr[10] = found->in6.s6_addr[11] = 0xff;
    memcpy(&found->in6.s6_addr[12], &found->in, sizeof(found->in));
    found->has6 = true;
  }
  found->has4 = found->has4 && family != AF_INET6;
  found->has6 = found->has6 && family != AF_INET;
  return found->has4 || found->has6 ? 0 : EAI_NONAME;
}

/* Gives the port in the byte order of the network; negative: an error. */
static int port_of(const char *service, const struct addrinfo *hints, const char *protocol) {
  if (service == NULL)
    return 0;
  char *end;
  unsigned long number = strtoul(service, &end, 10);
  if (*service >= '0' && *service <= '9' && *end == '\0')
    return number > PORT_MAX ? EAI_SERVICE : htons((uint16_t)number);
  if ((hints->ai_flags & AI_NUMERICSERV) != 0)
    return EAI_NONAME;
  const struct servent *known = getservbyname(service, protocol);
  return known == NULL ? EAI_SERVICE : known->s_port;
}

static struct entry *new_entry(int family, int kind, int port) {
  struct entry *entry = calloc(1, sizeof(*entry));
  if (entry == NULL)
    return NULL;
  entry->info.ai_family = family;
  entry->info.ai_socktype = kinds[kind].type;
  entry->info.ai_protocol = kinds[kind].protocol;
  entry->info.ai_addr = (struct sockaddr *)&entry->address;
  if (family == AF_INET) {
    entry->info.ai_addrlen = sizeof(entry->address.in);
    entry->address.in.sin_family = AF_INET;
    entry->address.in.sin_port = (in_port_t)port;
  } else {
    entry->info.ai_addrlen = sizeof(entry->address.in6);
    entry->address.in6.sin6_family = AF_INET6;
    entry->address.in6.sin6_port = (in_port_t)port;
  }
  return entry;
}

/* Adds an address to the list; false without memory. */
static bool add(struct addrinfo ***end, const struct hosts *hosts, int family, int kind, int port) {
  struct entry *entry = new_entry(family, kind, port);
  if (entry == NULL)
    return false;
  if (family == AF_INET)
    entry->address.in.sin_addr = hosts->in;
  else
    entry->address.in6.sin6_addr = hosts->in6;
  **end = &entry->info;
  *end = &entry->info.ai_next;
  return true;
}

static bool wants(const struct addrinfo *hints, int kind) {
  return (hints->ai_socktype == 0 || hints->ai_socktype == kinds[kind].type) &&
         (hints->ai_protocol == 0 || hints->ai_protocol == kinds[kind].protocol);
}

int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict found) {
  static const struct addrinfo none;
  if (hints == NULL)
    hints = &none;
  if (node == NULL && service == NULL)
    return EAI_NONAME;
  if ((hints->ai_flags & ~FLAGS) != 0 || ((hints->ai_flags & AI_CANONNAME) != 0 && node == NULL))
    return EAI_BADFLAGS;
  if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET && hints->ai_family != AF_INET6)
    return EAI_FAMILY;
  struct hosts hosts = {0};
  int error = find_hosts(node, hints, &hosts);
  if (error != 0)
    return error;
  struct addrinfo *list = NULL, **end = &list;
  error = EAI_SOCKTYPE;
  for (int kind = 0; kind < KINDS; ++kind) {
    if (!wants(hints, kind))
      continue;
    int port = port_of(service, hints, kinds[kind].name);
    if (port < 0) {
      error = port;
      continue;
    }
    if ((hosts.has4 && !add(&end, &hosts, AF_INET, kind, port)) ||
        (hosts.has6 && !add(&end, &hosts, AF_INET6, kind, port))) {
      freeaddrinfo(list);
      return EAI_MEMORY;
    }
  }
  if (list == NULL)
    return error;
  if ((hints->ai_flags & AI_CANONNAME) != 0 && (list->ai_canonname = strdup(node)) == NULL) {
    freeaddrinfo(list);
    return EAI_MEMORY;
  }
  *found = list;
  return 0;
}

void freeaddrinfo(struct addrinfo *found) {
  while (found != NULL) {
    struct addrinfo *next = found->ai_next;
    free(found->ai_canonname);
    free(found);
    found = next;
  }
}
