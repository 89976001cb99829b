#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "arguments.h"

union address {
  struct sockaddr any;
  struct sockaddr_in ipv4;
  struct sockaddr_in6 ipv6;
};

struct entry {
  struct addrinfo info;
  union address address;
};

static struct addrinfo *entry_of(const argdata_t *value, uint16_t port) {
  struct entry *entry = calloc(1, sizeof(*entry));
  if (entry == NULL)
    return NULL;
  const char *text = cap_text(value, "address");
  if (inet_pton(AF_INET, text, &entry->address.ipv4.sin_addr) == 1) {
    entry->address.ipv4.sin_family = AF_INET;
    entry->address.ipv4.sin_port = htons(port);
    entry->info.ai_addrlen = sizeof(entry->address.ipv4);
  } else if (inet_pton(AF_INET6, text, &entry->address.ipv6.sin6_addr) == 1) {
    entry->address.ipv6.sin6_family = AF_INET6;
    entry->address.ipv6.sin6_port = htons(port);
    entry->info.ai_addrlen = sizeof(entry->address.ipv6);
  } else {
    free(entry);
    errno = EBADMSG;
    return NULL;
  }
  entry->info.ai_family = entry->address.any.sa_family;
  entry->info.ai_addr = &entry->address.any;
  return &entry->info;
}

int cap_getaddrinfo(cap_channel_t *channel, const char *hostname, const char *servname, const struct addrinfo *hints,
                    struct addrinfo **result) {
  char *end = NULL;
  unsigned long port = servname == NULL ? 0 : strtoul(servname, &end, 10);
  if (hostname == NULL)
    return EAI_NONAME;
  if ((servname != NULL && (*servname == '\0' || *end != '\0')) || port > UINT16_MAX)
    return EAI_SERVICE;
  if (hints != NULL && hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET && hints->ai_family != AF_INET6)
    return EAI_FAMILY;
  struct arguments arguments = {.count = 0};
  cap_add(&arguments, "name", argdata_create_str_c(hostname));
  if (hints != NULL && hints->ai_family != AF_UNSPEC)
    cap_add(&arguments, "family", argdata_create_str_c(hints->ai_family == AF_INET ? "ipv4" : "ipv6"));
  const argdata_t *answer;
  if (cap_call(channel, "getaddrinfo", &arguments, &answer) != 0)
    return errno == ENOENT ? EAI_NONAME : EAI_SYSTEM;
  argdata_t addresses;
  argdata_seq_iterator_t it;
  const argdata_t *address;
  *result = NULL;
  struct addrinfo **next = result;
  if (cap_field(answer, "addresses", &addresses))
    for (argdata_seq_iterate(&addresses, &it); argdata_seq_get(&it, &address); argdata_seq_next(&it)) {
      *next = entry_of(address, (uint16_t)port);
      if (*next == NULL) {
        int error = errno;
        cap_freeaddrinfo(*result);
        *result = NULL;
        errno = error;
        return error == ENOMEM ? EAI_MEMORY : EAI_SYSTEM;
      }
      next = &(*next)->ai_next;
    }
  return *result != NULL ? 0 : EAI_NONAME;
}

void cap_freeaddrinfo(struct addrinfo *first) { freeaddrinfo(first); }
