#include <errno.h>

#include "value.h"

int argdata_get_timestamp(const argdata_t *value, struct timespec *result) {
  argdata_bytes_t payload;
  int error = argdata_payload(argdata_encoding(value), TYPE_TIMESTAMP, &payload);
  if (error != 0)
    return error;
  if (!argdata_is_minimal_int(payload))
    return EINVAL;
  /* 2^63 seconds are fewer nanoseconds than 2^95: what needs more than twelve bytes cannot fit. */
  if (payload.length > 12)
    return ERANGE;
  bool negative = payload.length > 0 && payload.bytes[0] >= 0x80;
  __int128 nanoseconds = negative ? -1 : 0;
  for (size_t i = 0; i < payload.length; ++i)
    nanoseconds = nanoseconds * 256 + payload.bytes[i];
  __int128 seconds = nanoseconds / 1000000000;
  __int128 rest = nanoseconds % 1000000000;
  if (rest < 0) {
    rest += 1000000000;
    --seconds;
  }
  time_t fitting = (time_t)seconds;
  if (fitting != seconds)
    return ERANGE;
  result->tv_sec = fitting;
  result->tv_nsec = (long)rest;
  return 0;
}
