#include "subfield.h"

#include <errno.h>

int argdata_take_subfield(argdata_bytes_t *rest, argdata_bytes_t *value) {
  const uint8_t *bytes = rest->bytes;
  size_t left = rest->length;
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
  *value = (argdata_bytes_t){bytes, length};
  *rest = (argdata_bytes_t){bytes + length, left - length};
  return 0;
}
