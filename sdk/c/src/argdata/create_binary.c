#include <string.h>

#include "value.h"

argdata_t *argdata_create_binary(const void *bytes, size_t length) {
  uint8_t *payload;
  argdata_t *value = argdata_allocate(TYPE_BINARY, length, &payload);
  if (value != NULL && length > 0)
    memcpy(payload, bytes, length);
  return value;
}
