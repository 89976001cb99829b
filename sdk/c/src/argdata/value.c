#include "value.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

int argdata_payload(argdata_bytes_t value, uint8_t type, argdata_bytes_t *payload) {
  if (value.length == 0 || value.bytes[0] != type)
    return EINVAL;
  *payload = (argdata_bytes_t){value.bytes + 1, value.length - 1};
  return 0;
}

int argdata_own_descriptor(void *argument, size_t number) {
  (void)argument;
  return number > INT_MAX ? -1 : (int)number;
}

argdata_t *argdata_from_buffer(const void *bytes, size_t length, int (*convert)(void *, size_t), void *argument) {
  argdata_t *value = malloc(sizeof(*value));
  if (value != NULL)
    *value = (argdata_t){bytes, length, convert, argument};
  return value;
}

void argdata_free(argdata_t *value) {
  /* The constants have no owner, and a program need not know whether it holds one. */
  if (value != &argdata_null && value != &argdata_true && value != &argdata_false)
    free(value);
}
