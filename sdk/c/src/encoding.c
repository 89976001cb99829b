#include "encoding.h"

#include <errno.h>

argdata_t argdata_from_buffer(const void *bytes, size_t length) {
  return (argdata_t){bytes, length};
}

int argdata_payload(const argdata_t *value, uint8_t type, argdata_t *payload) {
  if (value->private_length == 0 || value->private_bytes[0] != type)
    return EINVAL;
  *payload = argdata_from_buffer(value->private_bytes + 1, value->private_length - 1);
  return 0;
}
