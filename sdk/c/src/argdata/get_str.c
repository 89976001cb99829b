#include <errno.h>
#include <string.h>

#include "value.h"

/* Says whether the bytes are UTF-8: no over-long forms, no surrogates, nothing above U+10FFFF (RFC 3629). */
static bool is_utf8(const uint8_t *bytes, size_t length) {
  size_t i = 0;
  while (i < length) {
    uint8_t first = bytes[i++];
    if (first < 0x80)
      continue;
    /* The number of bytes that follow, and the range of the next one, which has the exceptions. */
    size_t more;
    uint8_t low = 0x80, high = 0xbf;
    if (first >= 0xc2 && first <= 0xdf) {
      more = 1;
    } else if (first >= 0xe0 && first <= 0xef) {
      more = 2;
      if (first == 0xe0)
        low = 0xa0;
      if (first == 0xed)
        high = 0x9f;
    } else if (first >= 0xf0 && first <= 0xf4) {
      more = 3;
      if (first == 0xf0)
        low = 0x90;
      if (first == 0xf4)
        high = 0x8f;
    } else {
      return false;
    }
    if (length - i < more)
      return false;
    for (; more > 0; --more, low = 0x80, high = 0xbf) {
      if (bytes[i] < low || bytes[i] > high)
        return false;
      ++i;
    }
  }
  return true;
}

int argdata_get_str(const argdata_t *value, const char **string, size_t *length) {
  argdata_bytes_t payload;
  int error = argdata_payload(argdata_encoding(value), TYPE_STR, &payload);
  if (error != 0)
    return error;
  if (payload.length == 0 || payload.bytes[payload.length - 1] != 0)
    return EINVAL;
  if (!is_utf8(payload.bytes, payload.length - 1))
    return EILSEQ;
  *string = (const char *)payload.bytes;
  *length = payload.length - 1;
  return 0;
}

int argdata_get_str_c(const argdata_t *value, const char **string) {
  const char *found;
  size_t length;
  int error = argdata_get_str(value, &found, &length);
  if (error != 0)
    return error;
  if (memchr(found, 0, length) != NULL)
    return EILSEQ;
  *string = found;
  return 0;
}
