#include "create.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

argdata_t *argdata_allocate(uint8_t type, size_t payload_length, uint8_t **payload) {
  if (payload_length > SIZE_MAX - sizeof(argdata_t) - 1) {
    errno = ENOMEM;
    return NULL;
  }
  argdata_t *value = malloc(sizeof(*value) + 1 + payload_length);
  if (value == NULL)
    return NULL;
  uint8_t *bytes = (uint8_t *)(value + 1);
  bytes[0] = type;
  *value = argdata_from_buffer(bytes, 1 + payload_length);
  *payload = bytes + 1;
  return value;
}

argdata_t *argdata_create_number(uint8_t type, __int128 number) {
  uint8_t bytes[16];
  size_t used = 0;
  /* The rest is 0 or -1 once the top bit of the last byte taken says the same. */
  while (number != 0 && !(number == -1 && used > 0 && bytes[used - 1] >= 0x80)) {
    bytes[used++] = (uint8_t)number;
    number >>= 8;
  }
  if (used > 0 && number == 0 && bytes[used - 1] >= 0x80)
    bytes[used++] = 0;
  uint8_t *payload;
  argdata_t *value = argdata_allocate(type, used, &payload);
  if (value != NULL)
    for (size_t i = 0; i < used; ++i)
      payload[i] = bytes[used - 1 - i];
  return value;
}

void argdata_free(argdata_t *value) {
  /* The constants have no owner, and a program need not know whether it holds one. */
  if (value != &argdata_null && value != &argdata_true && value != &argdata_false)
    free(value);
}

argdata_t *argdata_create_binary(const void *bytes, size_t length) {
  uint8_t *payload;
  argdata_t *value = argdata_allocate(TYPE_BINARY, length, &payload);
  if (value != NULL && length > 0)
    memcpy(payload, bytes, length);
  return value;
}

argdata_t *argdata_create_bool(bool truth) {
  uint8_t *payload;
  argdata_t *value = argdata_allocate(TYPE_BOOL, truth ? 1 : 0, &payload);
  if (value != NULL && truth)
    payload[0] = 1;
  return value;
}

argdata_t *argdata_create_fd(int fd) {
  uint8_t *payload;
  argdata_t *value = argdata_allocate(TYPE_FD, 4, &payload);
  uint32_t number = fd < 0 ? UINT32_MAX : (uint32_t)fd;
  if (value != NULL)
    for (size_t i = 0; i < 4; ++i)
      payload[i] = (uint8_t)(number >> (24 - 8 * i));
  return value;
}

argdata_t *argdata_create_float(double real) {
  uint8_t *payload;
  argdata_t *value = argdata_allocate(TYPE_FLOAT, 8, &payload);
  uint64_t bits;
  memcpy(&bits, &real, sizeof(bits));
  if (value != NULL)
    for (size_t i = 0; i < 8; ++i)
      payload[i] = (uint8_t)(bits >> (56 - 8 * i));
  return value;
}

argdata_t *argdata_create_int_signed(long long number) {
  return argdata_create_number(TYPE_INT, number);
}

argdata_t *argdata_create_int_unsigned(unsigned long long number) {
  return argdata_create_number(TYPE_INT, number);
}

argdata_t *argdata_create_timestamp(const struct timespec *time) {
  return argdata_create_number(TYPE_TIMESTAMP, (__int128)time->tv_sec * 1000000000 + time->tv_nsec);
}
