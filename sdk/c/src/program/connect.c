#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The longest request and answer: a name has at most 253 characters. */
enum { REQUEST_MAX = 300, ANSWER_MAX = 64 };

/* The errors that an answer names; others are EIO. */
static const struct {
  const char *name;
  int error;
} errors[] = {
    {"EACCES", EACCES},
    {"ECONNREFUSED", ECONNREFUSED},
    {"ECONNRESET", ECONNRESET},
    {"EHOSTUNREACH", EHOSTUNREACH},
    {"EINVAL", EINVAL},
    {"EMFILE", EMFILE},
    {"ENETUNREACH", ENETUNREACH},
    {"ENOENT", ENOENT},
    {"ETIMEDOUT", ETIMEDOUT},
};

static int send_all(int socket, const char *data, size_t length) {
  while (length > 0) {
    cloudabi_ciovec_t vector = {.buf = data, .buf_len = length};
    cloudabi_send_in_t in = {.si_data = &vector, .si_data_len = 1};
    cloudabi_send_out_t out;
    int error = cloudabi_sys_sock_send((cloudabi_fd_t)socket, &in, &out);
    if (error != 0)
      return error;
    data += out.so_datalen;
    length -= out.so_datalen;
  }
  return 0;
}

int program_connect(int network, const char *protocol, const char *host, unsigned port, int *connection) {
  char request[REQUEST_MAX], answer[ANSWER_MAX];
  int length = snprintf(request, sizeof(request), "%s %s %u\n", protocol, host, port);
  if (length < 0 || (size_t)length >= sizeof(request) || strpbrk(protocol, " \n") || strpbrk(host, " \n"))
    return EINVAL;
  int error = send_all(network, request, (size_t)length);
  size_t count = 0;
  cloudabi_fd_t received = 0;
  size_t descriptors = 0;
  while (error == 0 && (count == 0 || answer[count - 1] != '\n')) {
    if (count == sizeof(answer))
      return EIO;
    cloudabi_iovec_t vector = {.buf = answer + count, .buf_len = sizeof(answer) - count};
    cloudabi_recv_in_t in = {
        .ri_data = &vector, .ri_data_len = 1, .ri_fds = &received, .ri_fds_len = descriptors == 0};
    cloudabi_recv_out_t out;
    error = cloudabi_sys_sock_recv((cloudabi_fd_t)network, &in, &out);
    if (error == 0 && out.ro_datalen == 0)
      error = ENOTCONN;
    if (error == 0) {
      count += out.ro_datalen;
      descriptors += out.ro_fdslen;
    }
  }
  if (error != 0)
    return error;
  if (descriptors == 1) {
    *connection = (int)received;
    return 0;
  }
  answer[count - 1] = '\0';
  for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); ++i)
    if (strcmp(answer, errors[i].name) == 0)
      return errors[i].error;
  return EIO;
}
