#include <errno.h>

#include "value.h"

argdata_t *argdata_create_fd(int fd) {
  if (fd < 0) {
    errno = EBADF;
    return NULL;
  }
  uint8_t *payload;
  argdata_t *value = argdata_allocate(TYPE_FD, 4, &payload);
  if (value != NULL)
    for (size_t i = 0; i < 4; ++i)
      payload[i] = (uint8_t)((uint32_t)fd >> (24 - 8 * i));
  return value;
}
