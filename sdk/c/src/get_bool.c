#include <errno.h>

#include "encoding.h"

int argdata_get_bool(const argdata_t *value, bool *result) {
  argdata_t payload;
  int error = argdata_payload(value, TYPE_BOOL, &payload);
  if (error != 0)
    return error;
  if (payload.private_length == 0)
    *result = false;
  else if (payload.private_length == 1 && payload.private_bytes[0] == 1)
    *result = true;
  else
    return EINVAL;
  return 0;
}
