#include <errno.h>

#include "value.h"

int argdata_get_binary(const argdata_t *value, const void **bytes, size_t *length) {
  argdata_bytes_t payload;
  int error = argdata_payload(argdata_encoding(value), TYPE_BINARY, &payload);
  if (error != 0)
    return error;
  *bytes = payload.bytes;
  *length = payload.length;
  return 0;
}
