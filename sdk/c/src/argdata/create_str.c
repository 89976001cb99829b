#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

argdata_t *argdata_create_str(const char *string, size_t length) {
  uint8_t *payload;
  if (length == SIZE_MAX) {
    errno = ENOMEM;
    return NULL;
  }
  argdata_t *value = argdata_allocate(TYPE_STR, length + 1, &payload);
  if (value == NULL)
    return NULL;
  if (length > 0)
    memcpy(payload, string, length);
  payload[length] = 0;
  /* The reader judges what is UTF-8, so that both agree. */
  const char *checked;
  size_t checked_length;
  int error = argdata_get_str(value, &checked, &checked_length);
  if (error != 0) {
    free(value);
    errno = error;
    return NULL;
  }
  return value;
}

argdata_t *argdata_create_str_c(const char *string) {
  return argdata_create_str(string, strlen(string));
}
