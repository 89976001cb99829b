/* The binary encoding, as far as the readers share it. */
#ifndef CLOUDABI_ENCODING_H
#define CLOUDABI_ENCODING_H

#include <argdata.h>

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

/* The bytes after the type byte: 0, or EINVAL when the value has another type. */
int argdata_payload(const argdata_t *value, uint8_t type, argdata_t *payload);

/* Says whether the bytes are a two's complement number in as few bytes as possible. */
bool argdata_is_minimal_int(const argdata_t *payload);

#endif
