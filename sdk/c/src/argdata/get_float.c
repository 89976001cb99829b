#include <errno.h>
#include <string.h>

#include "value.h"

int argdata_get_float(const argdata_t *value, double *result) {
  argdata_bytes_t payload;
  int error = argdata_payload(argdata_encoding(value), TYPE_FLOAT, &payload);
  if (error != 0)
    return error;
  if (payload.length != sizeof(double))
    return EINVAL;
  uint64_t bits = 0;
  for (size_t i = 0; i < sizeof(bits); ++i)
    bits = bits << 8 | payload.bytes[i];
  memcpy(result, &bits, sizeof(bits));
  return 0;
}
