#include <errno.h>

#include "arguments.h"

int cap_connect(cap_channel_t *channel, const char *host, uint16_t port, int type) {
  if (type != SOCK_STREAM && type != SOCK_DGRAM) {
    errno = EINVAL;
    return -1;
  }
  struct arguments arguments = {.count = 0};
  cap_add(&arguments, "host", argdata_create_str_c(host));
  cap_add(&arguments, "port", argdata_create_int_u(port));
  cap_add(&arguments, "protocol", argdata_create_str_c(type == SOCK_STREAM ? "tcp" : "udp"));
  const argdata_t *result;
  int fd;
  if (cap_call(channel, "connect", &arguments, &result) != 0)
    return -1;
  if (argdata_get_fd(result, &fd) == 0)
    return fd;
  errno = EBADMSG;
  return -1;
}
