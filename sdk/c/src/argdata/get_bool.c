#include <errno.h>

#include "value.h"

int argdata_get_bool(const argdata_t *value, bool *result) {
  argdata_bytes_t payload;
  int error = argdata_payload(argdata_encoding(value), TYPE_BOOL, &payload);
  if (error != 0)
    return error;
  if (payload.length == 0)
    *result = false;
  else if (payload.length == 1 && payload.bytes[0] == 1)
    *result = true;
  else
    return EINVAL;
  return 0;
}
