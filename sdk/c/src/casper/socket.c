#include <errno.h>

#include "arguments.h"

int cap_socket_open(cap_channel_t *channel, const struct cap_socket *wanted, bool *addressed) {
  if (wanted->family != AF_INET && wanted->family != AF_INET6) {
    errno = EINVAL;
    return -1;
  }
  struct arguments arguments = {.count = 0};
  argdata_t *uses[2];
  size_t count = 0;
  cap_add(&arguments, "family", argdata_create_str_c(wanted->family == AF_INET ? "ipv4" : "ipv6"));
  cap_add(&arguments, "type", argdata_create_str_c(wanted->type));
  cap_add(&arguments, "protocol", argdata_create_str_c(wanted->protocol));
  if (wanted->sends)
    uses[count++] = argdata_create_str_c("send");
  if (wanted->receives)
    uses[count++] = argdata_create_str_c("receive");
  bool whole = (count < 1 || uses[0] != NULL) && (count < 2 || uses[1] != NULL);
  cap_add(&arguments, "access", whole ? argdata_create_seq((const argdata_t *const *)uses, count) : NULL);
  if (wanted->peer != NULL)
    cap_add(&arguments, "peer", argdata_create_str_c(wanted->peer));
  if (wanted->port != 0)
    cap_add(&arguments, "port", argdata_create_int_u(wanted->port));
  if (wanted->local_port != 0)
    cap_add(&arguments, "local_port", argdata_create_int_u(wanted->local_port));
  if (wanted->ttl != 0)
    cap_add(&arguments, "ttl", argdata_create_int_u(wanted->ttl));
  const argdata_t *result;
  int done = cap_call(channel, "open", &arguments, &result);
  int error = errno;
  for (size_t i = 0; i < count; ++i)
    argdata_free(uses[i]);
  errno = error;
  if (done != 0)
    return -1;
  argdata_t is_addressed;
  bool known = false;
  if (addressed != NULL) {
    *addressed = cap_field(result, "addressed", &is_addressed) && argdata_get_bool(&is_addressed, &known) == 0 && known;
  }
  return cap_descriptor(result, "socket");
}
