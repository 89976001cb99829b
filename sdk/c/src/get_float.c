#include <errno.h>
#include <string.h>

#include "encoding.h"

int argdata_get_float(const argdata_t *value, double *result) {
  argdata_t payload;
  int error = argdata_payload(value, TYPE_FLOAT, &payload);
  if (error != 0)
    return error;
  if (payload.private_length != sizeof(double))
    return EINVAL;
  uint64_t bits = 0;
  for (size_t i = 0; i < sizeof(bits); ++i)
    bits = bits << 8 | payload.private_bytes[i];
  memcpy(result, &bits, sizeof(bits));
  return 0;
}
