#include <errno.h>

#include "encoding.h"

int argdata_get_binary(const argdata_t *value, const void **bytes, size_t *length) {
  argdata_t payload;
  int error = argdata_payload(value, TYPE_BINARY, &payload);
  if (error != 0)
    return error;
  *bytes = payload.private_bytes;
  *length = payload.private_length;
  return 0;
}
