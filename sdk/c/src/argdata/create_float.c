#include <string.h>

#include "value.h"

argdata_t *argdata_create_float(double real) {
  uint8_t *payload;
  argdata_t *value = argdata_allocate(TYPE_FLOAT, 8, &payload);
  uint64_t bits;
  memcpy(&bits, &real, sizeof(bits));
  if (value != NULL)
    for (size_t i = 0; i < 8; ++i)
      payload[i] = (uint8_t)(bits >> (56 - 8 * i));
  return value;
}
