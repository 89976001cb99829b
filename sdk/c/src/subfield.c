#include "subfield.h"

#include <errno.h>

int argdata_take_subfield(argdata_t *rest, argdata_t *value) {
  const uint8_t *bytes = rest->private_bytes;
  size_t left = rest->private_length;
  size_t length = 0;
  uint8_t byte;
  /* A leading zero would be an over-long length. */
  if (left == 0 || bytes[0] == 0)
    return EINVAL;
  do {
    if (left == 0 || length > SIZE_MAX >> 7)
      return EINVAL;
    byte = *bytes++;
    --left;
    length = length << 7 | (byte & 0x7f);
  } while ((byte & 0x80) == 0);
  if (length > left)
    return EINVAL;
  *value = argdata_from_buffer(bytes, length);
  *rest = argdata_from_buffer(bytes + length, left - length);
  return 0;
}

int argdata_count_subfields(argdata_t rest, size_t *count) {
  argdata_t value;
  size_t found = 0;
  for (; rest.private_length > 0; ++found) {
    int error = argdata_take_subfield(&rest, &value);
    if (error != 0)
      return error;
  }
  *count = found;
  return 0;
}
