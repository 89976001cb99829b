/* Texts of addresses: always numbers (RFC 3493, 6.2). */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>

enum { FLAGS = NI_NUMERICHOST | NI_NUMERICSERV | NI_NOFQDN | NI_NAMEREQD | NI_DGRAM | NI_NUMERICSCOPE };

int getnameinfo(const struct sockaddr *restrict address, socklen_t length, char *restrict host, socklen_t host_size,
                char *restrict service, socklen_t service_size, int flags) {
  const void *bytes;
  in_port_t port;
  if ((flags & ~FLAGS) != 0)
    return EAI_BADFLAGS;
  if (address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
    const struct sockaddr_in *in = (const struct sockaddr_in *)address;
    bytes = &in->sin_addr;
    port = in->sin_port;
  } else if (address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
    bytes = &in6->sin6_addr;
    port = in6->sin6_port;
  } else {
    return EAI_FAMILY;
  }
  bool wants_host = host != NULL && host_size > 0, wants_service = service != NULL && service_size > 0;
  if (!wants_host && !wants_service)
    return EAI_NONAME;
  if (wants_host) {
    if ((flags & NI_NAMEREQD) != 0)
      return EAI_NONAME;
    if (inet_ntop(address->sa_family, bytes, host, host_size) == NULL)
      return EAI_OVERFLOW;
  }
  if (!wants_service)
    return 0;
  const struct servent *known =
      (flags & NI_NUMERICSERV) != 0 ? NULL : getservbyport(port, (flags & NI_DGRAM) != 0 ? "udp" : "tcp");
  int used = known == NULL ? snprintf(service, service_size, "%u", (unsigned)ntohs(port))
                           : snprintf(service, service_size, "%s", known->s_name);
  return used < 0 || (socklen_t)used >= service_size ? EAI_OVERFLOW : 0;
}
