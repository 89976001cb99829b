#include <errno.h>

#include "value.h"

argdata_t *argdata_create_timestamp(const struct timespec *time) {
  if (time->tv_nsec < 0 || time->tv_nsec >= 1000000000) {
    errno = EINVAL;
    return NULL;
  }
  return argdata_create_number(TYPE_TIMESTAMP, (__int128)time->tv_sec * 1000000000 + time->tv_nsec);
}
