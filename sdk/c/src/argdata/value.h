/* Values: each is an encoding (see docs/argdata.md), and a function that knows the descriptors in it. */
#ifndef CLOUDABI_ARGDATA_VALUE_H
#define CLOUDABI_ARGDATA_VALUE_H

#include <argdata.h>

struct argdata_t {
  const uint8_t *bytes;
  size_t length;
  /* Gives this process's number of a descriptor in the encoding, or a negative one; NULL gives none at all. */
  int (*convert)(void *argument, size_t number);
  void *argument;
};

/* The first byte of every value but null, which has no bytes at all. */
enum {
  TYPE_BINARY = 1,
  TYPE_BOOL,
  TYPE_FD,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_MAP,
  TYPE_SEQ,
  TYPE_STR,
  TYPE_TIMESTAMP,
};

/* Bytes of an encoding. */
typedef struct {
  const uint8_t *bytes;
  size_t length;
} argdata_bytes_t;

/* The bytes after the type byte: 0, or EINVAL when the value has another type. */
int argdata_payload(argdata_bytes_t value, uint8_t type, argdata_bytes_t *payload);

/* The encoding of a value. */
static inline argdata_bytes_t argdata_encoding(const argdata_t *value) {
  return (argdata_bytes_t){value->bytes, value->length};
}

/* Says whether the bytes are a two's complement number in as few bytes as possible. */
bool argdata_is_minimal_int(argdata_bytes_t payload);

/* Converts descriptors of values that were made here: the numbers are this process's own. */
int argdata_own_descriptor(void *argument, size_t number);

/*
 * Allocates a value of the given type with room for a payload, which the caller fills in; NULL when there is no
 * memory, with errno ENOMEM.
 */
argdata_t *argdata_allocate(uint8_t type, size_t payload_length, uint8_t **payload);

/* Makes a value whose payload is the low bytes of a two's complement number, as few as possible. */
argdata_t *argdata_create_number(uint8_t type, __int128 number);

#endif
