#include "descriptors.h"

#include "subfield.h"

void argdata_walk_start(argdata_walk_t *walk, argdata_bytes_t value) {
  walk->depth = 0;
  walk->rest[0] = value;
}

static const uint8_t *next(argdata_walk_t *walk, bool own) {
  for (;;) {
    argdata_bytes_t value, payload;
    if (walk->depth == 0) {
      value = walk->rest[0];
      walk->rest[0].length = 0;
      if (value.length == 0)
        return NULL;
    } else if (argdata_take_subfield(&walk->rest[walk->depth], &value) != 0) {
      --walk->depth;
      continue;
    }
    if (argdata_payload(value, TYPE_MAP, &payload) == 0 || argdata_payload(value, TYPE_SEQ, &payload) == 0) {
      if (walk->depth < MAX_DEPTH)
        walk->rest[++walk->depth] = payload;
      else if (own)
        *(uint8_t *)value.bytes = 0;
    } else if (argdata_payload(value, TYPE_FD, &payload) == 0 && payload.length == 4 && payload.bytes[0] < 0x80) {
      return payload.bytes;
    }
  }
}

const uint8_t *argdata_walk_next(argdata_walk_t *walk) {
  return next(walk, false);
}

uint8_t *argdata_walk_own(argdata_walk_t *walk) {
  return (uint8_t *)next(walk, true);
}

uint32_t argdata_number_of(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

void argdata_put_number(uint8_t *bytes, uint32_t number) {
  for (size_t i = 0; i < 4; ++i)
    bytes[i] = (uint8_t)(number >> (24 - 8 * i));
}
