#include <errno.h>
#include <limits.h>

#include "value.h"

int argdata_get_fd(const argdata_t *value, int *fd) {
  argdata_bytes_t payload;
  int error = argdata_payload(argdata_encoding(value), TYPE_FD, &payload);
  if (error != 0)
    return error;
  if (payload.length != 4)
    return EINVAL;
  uint32_t number = 0;
  for (size_t i = 0; i < 4; ++i)
    number = number << 8 | payload.bytes[i];
  if (number > INT_MAX || value->convert == NULL)
    return EBADF;
  int converted = value->convert(value->argument, number);
  if (converted < 0)
    return EBADF;
  *fd = converted;
  return 0;
}
