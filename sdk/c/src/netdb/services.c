/* Services with their ports (https://www.iana.org/assignments/service-names-port-numbers): those that programs ask for. */
#include <netdb.h>
#include <stdbool.h>
#include <string.h>

static char *no_aliases[] = {NULL};

/* A port in the byte order of the network. */
#define PORT(port) (((port) & 0xff) << 8 | (port) >> 8)
#define TCP(name, port) {name, no_aliases, PORT(port), "tcp"}
#define UDP(name, port) {name, no_aliases, PORT(port), "udp"}
#define BOTH(name, port) TCP(name, port), UDP(name, port)

static struct servent services[] = {
    BOTH("echo", 7),          BOTH("discard", 9),    TCP("systat", 11),     BOTH("daytime", 13),  TCP("qotd", 17),
    BOTH("chargen", 19),      TCP("ftp-data", 20),   TCP("ftp", 21),        TCP("ssh", 22),       TCP("telnet", 23),
    TCP("smtp", 25),          BOTH("time", 37),      TCP("whois", 43),      BOTH("domain", 53),   UDP("bootps", 67),
    UDP("bootpc", 68),        UDP("tftp", 69),       TCP("gopher", 70),     TCP("finger", 79),    TCP("http", 80),
    BOTH("kerberos", 88),     TCP("pop3", 110),      BOTH("sunrpc", 111),   TCP("auth", 113),     TCP("nntp", 119),
    UDP("ntp", 123),          TCP("imap2", 143),     UDP("snmp", 161),      TCP("irc", 194),      BOTH("ldap", 389),
    TCP("https", 443),        UDP("https", 443),     TCP("submissions", 465), UDP("syslog", 514), TCP("submission", 587),
    BOTH("ldaps", 636),       TCP("rsync", 873),     TCP("ftps", 990),      TCP("imaps", 993),    TCP("pop3s", 995),
    BOTH("socks", 1080),      TCP("mysql", 3306),    TCP("postgresql", 5432), UDP("mdns", 5353),  TCP("amqp", 5672),
    TCP("redis", 6379),       TCP("http-alt", 8080),
};

enum { COUNT = sizeof(services) / sizeof(services[0]) };

static bool matches(const struct servent *service, const char *protocol) {
  return protocol == NULL || strcmp(service->s_proto, protocol) == 0;
}

struct servent *getservbyname(const char *name, const char *protocol) {
  for (int i = 0; i < COUNT; ++i)
    if (strcmp(services[i].s_name, name) == 0 && matches(&services[i], protocol))
      return &services[i];
  return NULL;
}

struct servent *getservbyport(int port, const char *protocol) {
  for (int i = 0; i < COUNT; ++i)
    if (services[i].s_port == port && matches(&services[i], protocol))
      return &services[i];
  return NULL;
}

static int next;

struct servent *getservent(void) { return next < COUNT ? &services[next++] : NULL; }

void setservent(int stayopen) {
  (void)stayopen;
  next = 0;
}

void endservent(void) { next = 0; }
