/* Protocols over IP, with their numbers (https://www.iana.org/assignments/protocol-numbers). */
#include <netdb.h>
#include <string.h>

static char *no_aliases[] = {NULL};

static struct protoent protocols[] = {
    {"ip", no_aliases, 0},         {"icmp", no_aliases, 1},       {"igmp", no_aliases, 2},  {"ipencap", no_aliases, 4},
    {"tcp", no_aliases, 6},        {"udp", no_aliases, 17},       {"dccp", no_aliases, 33}, {"ipv6", no_aliases, 41},
    {"gre", no_aliases, 47},       {"esp", no_aliases, 50},       {"ah", no_aliases, 51},   {"ipv6-icmp", no_aliases, 58},
    {"sctp", no_aliases, 132},     {"udplite", no_aliases, 136},
};

enum { COUNT = sizeof(protocols) / sizeof(protocols[0]) };

struct protoent *getprotobyname(const char *name) {
  for (int i = 0; i < COUNT; ++i)
    if (strcmp(protocols[i].p_name, name) == 0)
      return &protocols[i];
  return NULL;
}

struct protoent *getprotobynumber(int number) {
  for (int i = 0; i < COUNT; ++i)
    if (protocols[i].p_proto == number)
      return &protocols[i];
  return NULL;
}

static int next;

struct protoent *getprotoent(void) { return next < COUNT ? &protocols[next++] : NULL; }

void setprotoent(int stayopen) {
  (void)stayopen;
  next = 0;
}

void endprotoent(void) { next = 0; }
