#include <string.h>

#include "descriptors.h"

void argdata_serialized_length(const argdata_t *value, size_t *length, size_t *descriptors) {
  *length = value->length;
  if (descriptors == NULL)
    return;
  argdata_walk_t walk;
  argdata_walk_start(&walk, argdata_encoding(value));
  *descriptors = 0;
  while (argdata_walk_next(&walk) != NULL)
    ++*descriptors;
}

size_t argdata_serialize(const argdata_t *value, void *buffer, int *descriptors) {
  size_t length = value->length;
  if (length > 0)
    memcpy(buffer, value->bytes, length);
  argdata_walk_t walk;
  argdata_walk_start(&walk, (argdata_bytes_t){buffer, length});
  size_t used = 0;
  /* The numbers are replaced behind the walk, which does not come back to them. */
  for (uint8_t *at; (at = argdata_walk_own(&walk)) != NULL;) {
    int fd = value->convert == NULL ? -1 : value->convert(value->argument, argdata_number_of(at));
    uint32_t number = fd < 0 ? UINT32_MAX : (uint32_t)fd;
    if (fd >= 0 && descriptors != NULL) {
      number = 0;
      while (number < used && descriptors[number] != fd)
        ++number;
      if (number == used)
        descriptors[used++] = fd;
    }
    argdata_put_number(at, number);
  }
  return used;
}
