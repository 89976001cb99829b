#include <errno.h>
#include <limits.h>

#include "encoding.h"

int argdata_get_fd(const argdata_t *value, int *fd) {
  argdata_t payload;
  int error = argdata_payload(value, TYPE_FD, &payload);
  if (error != 0)
    return error;
  if (payload.private_length != 4)
    return EINVAL;
  uint32_t number = 0;
  for (size_t i = 0; i < 4; ++i)
    number = number << 8 | payload.private_bytes[i];
  if (number > INT_MAX)
    return EBADF;
  *fd = (int)number;
  return 0;
}
