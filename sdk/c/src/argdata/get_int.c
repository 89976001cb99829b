#include <errno.h>
#include <limits.h>

#include "value.h"

bool argdata_is_minimal_int(argdata_bytes_t payload) {
  const uint8_t *bytes = payload.bytes;
  if (payload.length == 0)
    return true;
  if (payload.length == 1)
    return bytes[0] != 0;
  return !(bytes[0] == 0 && bytes[1] < 0x80) && !(bytes[0] == 0xff && bytes[1] >= 0x80);
}

/* Reads any integer of up to 64 bits besides its sign: the sign, and the low 64 bits in two's complement. */
static int get_int(const argdata_t *value, bool *negative, uint64_t *low) {
  argdata_bytes_t payload;
  int error = argdata_payload(argdata_encoding(value), TYPE_INT, &payload);
  if (error != 0)
    return error;
  if (!argdata_is_minimal_int(payload))
    return EINVAL;
  const uint8_t *bytes = payload.bytes;
  size_t length = payload.length;
  *negative = length > 0 && bytes[0] >= 0x80;
  if (length > 9 || (length == 9 && bytes[0] != 0))
    return ERANGE;
  *low = *negative ? UINT64_MAX : 0;
  for (size_t i = 0; i < length; ++i)
    *low = *low << 8 | bytes[i];
  return 0;
}

int argdata_get_int_s(const argdata_t *value, intmax_t *result, intmax_t min, intmax_t max) {
  bool negative;
  uint64_t low;
  int error = get_int(value, &negative, &low);
  if (error != 0)
    return error;
  if (!negative && low > INT64_MAX)
    return ERANGE;
  intmax_t number = (intmax_t)low;
  if (number < min || number > max)
    return ERANGE;
  *result = number;
  return 0;
}

int argdata_get_int_u(const argdata_t *value, uintmax_t *result, uintmax_t max) {
  bool negative;
  uint64_t low;
  int error = get_int(value, &negative, &low);
  if (error != 0)
    return error;
  if (negative || low > max)
    return ERANGE;
  *result = low;
  return 0;
}

#define SIGNED(name, type, min, max)                         \
  int argdata_get_int_##name(const argdata_t *value, type *result) { \
    intmax_t number;                                         \
    int error = argdata_get_int_s(value, &number, min, max); \
    if (error == 0)                                          \
      *result = (type)number;                                \
    return error;                                            \
  }

#define UNSIGNED(name, type, max)                            \
  int argdata_get_int_##name(const argdata_t *value, type *result) { \
    uintmax_t number;                                        \
    int error = argdata_get_int_u(value, &number, max);      \
    if (error == 0)                                          \
      *result = (type)number;                                \
    return error;                                            \
  }

SIGNED(char, char, CHAR_MIN, CHAR_MAX)
SIGNED(schar, signed char, SCHAR_MIN, SCHAR_MAX)
SIGNED(short, short, SHRT_MIN, SHRT_MAX)
SIGNED(int, int, INT_MIN, INT_MAX)
SIGNED(long, long, LONG_MIN, LONG_MAX)
SIGNED(llong, long long, LLONG_MIN, LLONG_MAX)
UNSIGNED(uchar, unsigned char, UCHAR_MAX)
UNSIGNED(ushort, unsigned short, USHRT_MAX)
UNSIGNED(uint, unsigned int, UINT_MAX)
UNSIGNED(ulong, unsigned long, ULONG_MAX)
UNSIGNED(ullong, unsigned long long, ULLONG_MAX)
