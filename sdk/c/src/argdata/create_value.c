#include "value.h"

#include <errno.h>
#include <stdlib.h>

argdata_t *argdata_allocate(uint8_t type, size_t payload_length, uint8_t **payload) {
  if (payload_length > SIZE_MAX - sizeof(argdata_t) - 1) {
    errno = ENOMEM;
    return NULL;
  }
  argdata_t *value = malloc(sizeof(*value) + 1 + payload_length);
  if (value == NULL)
    return NULL;
  uint8_t *bytes = (uint8_t *)(value + 1);
  bytes[0] = type;
  *value = (argdata_t){bytes, 1 + payload_length, argdata_own_descriptor, NULL};
  *payload = bytes + 1;
  return value;
}

argdata_t *argdata_create_number(uint8_t type, __int128 number) {
  uint8_t bytes[16];
  size_t used = 0;
  /* The rest is 0 or -1 once the top bit of the last byte taken says the same. */
  while (number != 0 && !(number == -1 && used > 0 && bytes[used - 1] >= 0x80)) {
    bytes[used++] = (uint8_t)number;
    number >>= 8;
  }
  if (used > 0 && number == 0 && bytes[used - 1] >= 0x80)
    bytes[used++] = 0;
  uint8_t *payload;
  argdata_t *value = argdata_allocate(type, used, &payload);
  if (value != NULL)
    for (size_t i = 0; i < used; ++i)
      payload[i] = bytes[used - 1 - i];
  return value;
}
