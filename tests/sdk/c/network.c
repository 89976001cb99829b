/* Addresses, services, protocols and interfaces: netdb.h, net/if.h. */
#include "check.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <stdlib.h>

static struct addrinfo *find(const char *node, const char *service, struct addrinfo hints, int wanted) {
  struct addrinfo *found = NULL;
  EQUAL(getaddrinfo(node, service, &hints, &found), wanted);
  return found;
}

TEST(getaddrinfo_of_numbers) {
  struct addrinfo *found = find("192.0.2.7", "443", (struct addrinfo){0}, 0);
  EQUAL(found->ai_family, AF_INET);
  EQUAL(found->ai_socktype, SOCK_STREAM);
  EQUAL(found->ai_protocol, IPPROTO_TCP);
  struct sockaddr_in *in = (struct sockaddr_in *)found->ai_addr;
  EQUAL(found->ai_addrlen, sizeof(*in));
  EQUAL(ntohs(in->sin_port), 443);
  EQUAL(ntohl(in->sin_addr.s_addr), 0xc0000207);
  EQUAL(found->ai_next->ai_socktype, SOCK_DGRAM);
  CHECK(found->ai_next->ai_next == NULL);
  freeaddrinfo(found);
  found = find("2001:db8::7", "domain", (struct addrinfo){.ai_socktype = SOCK_DGRAM, .ai_flags = AI_CANONNAME}, 0);
  EQUAL(found->ai_family, AF_INET6);
  EQUAL(ntohs(((struct sockaddr_in6 *)found->ai_addr)->sin6_port), 53);
  CHECK(strcmp(found->ai_canonname, "2001:db8::7") == 0);
  CHECK(found->ai_next == NULL);
  freeaddrinfo(found);
}

TEST(getaddrinfo_of_this_machine) {
  struct addrinfo *found = find(NULL, "80", (struct addrinfo){.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, 0);
  EQUAL(((struct sockaddr_in *)found->ai_addr)->sin_addr.s_addr, INADDR_ANY);
  EQUAL(found->ai_next->ai_family, AF_INET6);
  freeaddrinfo(found);
  found = find("localhost", NULL, (struct addrinfo){.ai_family = AF_INET6, .ai_socktype = SOCK_STREAM}, 0);
  CHECK(IN6_IS_ADDR_LOOPBACK(&((struct sockaddr_in6 *)found->ai_addr)->sin6_addr));
  freeaddrinfo(found);
  found = find("192.0.2.7", NULL, (struct addrinfo){.ai_family = AF_INET6, .ai_flags = AI_V4MAPPED, .ai_socktype = SOCK_STREAM}, 0);
  CHECK(IN6_IS_ADDR_V4MAPPED(&((struct sockaddr_in6 *)found->ai_addr)->sin6_addr));
  freeaddrinfo(found);
}

TEST(getaddrinfo_errors) {
  find("example.org", NULL, (struct addrinfo){0}, EAI_NONAME);
  find("192.0.2.7", NULL, (struct addrinfo){.ai_family = AF_INET6}, EAI_NONAME);
  find("localhost", NULL, (struct addrinfo){.ai_flags = AI_NUMERICHOST}, EAI_NONAME);
  find(NULL, NULL, (struct addrinfo){0}, EAI_NONAME);
  find("192.0.2.7", "no-such-service", (struct addrinfo){0}, EAI_SERVICE);
  find("192.0.2.7", "65536", (struct addrinfo){0}, EAI_SERVICE);
  find("192.0.2.7", "http", (struct addrinfo){.ai_flags = AI_NUMERICSERV}, EAI_NONAME);
  find("192.0.2.7", NULL, (struct addrinfo){.ai_family = AF_UNIX}, EAI_FAMILY);
  find("192.0.2.7", NULL, (struct addrinfo){.ai_socktype = 99}, EAI_SOCKTYPE);
  find("192.0.2.7", NULL, (struct addrinfo){.ai_flags = 1 << 20}, EAI_BADFLAGS);
  find(NULL, "80", (struct addrinfo){.ai_flags = AI_CANONNAME}, EAI_BADFLAGS);
  CHECK(strcmp(gai_strerror(EAI_NONAME), "Name does not resolve") == 0);
  CHECK(strcmp(gai_strerror_l(EAI_SERVICE, (locale_t)0), gai_strerror(EAI_SERVICE)) == 0);
  CHECK(strcmp(gai_strerror(-99), "Unknown error") == 0);
}

TEST(getnameinfo_gives_numbers) {
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(443), .sin_addr = {htonl(0xc0000207)}};
  char host[NI_MAXHOST], service[NI_MAXSERV];
  struct sockaddr *address = (struct sockaddr *)&in;
  EQUAL(getnameinfo(address, sizeof(in), host, sizeof(host), service, sizeof(service), 0), 0);
  CHECK(strcmp(host, "192.0.2.7") == 0 && strcmp(service, "https") == 0);
  EQUAL(getnameinfo(address, sizeof(in), NULL, 0, service, sizeof(service), NI_NUMERICSERV), 0);
  CHECK(strcmp(service, "443") == 0);
  EQUAL(getnameinfo(address, sizeof(in), host, sizeof(host), NULL, 0, NI_NAMEREQD), EAI_NONAME);
  EQUAL(getnameinfo(address, sizeof(in), host, 3, NULL, 0, 0), EAI_OVERFLOW);
  EQUAL(getnameinfo(address, sizeof(in), NULL, 0, service, 3, 0), EAI_OVERFLOW);
  EQUAL(getnameinfo(address, sizeof(in), NULL, 0, NULL, 0, 0), EAI_NONAME);
  EQUAL(getnameinfo(address, 3, host, sizeof(host), NULL, 0, 0), EAI_FAMILY);
  EQUAL(getnameinfo(address, sizeof(in), host, sizeof(host), NULL, 0, 1 << 20), EAI_BADFLAGS);
  struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(9), .sin6_addr = in6addr_loopback};
  EQUAL(getnameinfo((struct sockaddr *)&in6, sizeof(in6), host, sizeof(host), service, sizeof(service), NI_DGRAM), 0);
  CHECK(strcmp(host, "::1") == 0 && strcmp(service, "discard") == 0);
}

TEST(services_and_protocols_are_built_in) {
  EQUAL(ntohs((uint16_t)getservbyname("http", "tcp")->s_port), 80);
  CHECK(getservbyname("http", "udp") == NULL && getservbyname("none", NULL) == NULL);
  CHECK(strcmp(getservbyport(htons(53), NULL)->s_name, "domain") == 0);
  CHECK(getservbyport(htons(1), NULL) == NULL);
  EQUAL(getprotobyname("tcp")->p_proto, 6);
  CHECK(strcmp(getprotobynumber(17)->p_name, "udp") == 0);
  CHECK(getprotobynumber(255) == NULL && getprotobyname("none") == NULL);
  setservent(1);
  CHECK(strcmp(getservent()->s_name, "echo") == 0 && getservent() != NULL);
  endservent();
  CHECK(strcmp(getservent()->s_name, "echo") == 0);
  setprotoent(1);
  CHECK(strcmp(getprotoent()->p_name, "ip") == 0 && getprotoent() != NULL);
  endprotoent();
  CHECK(strcmp(getprotoent()->p_name, "ip") == 0);
}

TEST(there_are_no_interfaces) {
  char name[IF_NAMESIZE];
  errno = 0;
  EQUAL(if_nametoindex("lo"), 0);
  EQUAL(errno, ENXIO);
  errno = 0;
  CHECK(if_indextoname(1, name) == NULL && errno == ENXIO);
}
