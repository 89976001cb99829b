#include <string.h>

#include "subfield.h"

/* Values nested deeper are refused by the decoder on the other side (src/argdata/format.ts). */
enum { MAX_DEPTH = 256 };

/* Gives the descriptors of a tree, one after the other, without recursion: the tree may be a stranger's. */
struct walk {
  /* The rest of the map or sequence being read, and of those around it. */
  argdata_t rest[MAX_DEPTH + 1];
  size_t depth;
};

static void walk_start(struct walk *walk, const argdata_t *value) {
  walk->depth = 0;
  walk->rest[0] = *value;
}

/* Enters a map or sequence whose framing is whole: a reader refuses any other, so nothing in it counts. */
static void enter(struct walk *walk, const argdata_t *value) {
  argdata_t payload;
  size_t count;
  bool map = argdata_payload(value, TYPE_MAP, &payload) == 0;
  if ((map || argdata_payload(value, TYPE_SEQ, &payload) == 0) &&
      argdata_count_subfields(payload, &count) == 0 && !(map && count % 2 != 0) && walk->depth < MAX_DEPTH)
    walk->rest[++walk->depth] = payload;
}

/* The four bytes of the next descriptor's number, or NULL at the end. */
static const uint8_t *walk_next(struct walk *walk) {
  for (;;) {
    argdata_t value;
    if (walk->depth == 0) {
      value = walk->rest[0];
      walk->rest[0] = argdata_null;
      if (value.private_length == 0)
        return NULL;
    } else if (argdata_take_subfield(&walk->rest[walk->depth], &value) != 0) {
      --walk->depth;
      continue;
    }
    argdata_t payload;
    if (argdata_payload(&value, TYPE_FD, &payload) != 0)
      enter(walk, &value);
    else if (payload.private_length == 4 && payload.private_bytes[0] < 0x80)
      return payload.private_bytes;
  }
}

void argdata_serialized_length(const argdata_t *value, size_t *length, size_t *descriptors) {
  *length = value->private_length;
  if (descriptors == NULL)
    return;
  struct walk walk;
  walk_start(&walk, value);
  *descriptors = 0;
  while (walk_next(&walk) != NULL)
    ++*descriptors;
}

size_t argdata_serialize(const argdata_t *value, void *buffer, int *descriptors) {
  size_t length = value->private_length;
  if (length > 0)
    memcpy(buffer, value->private_bytes, length);
  if (descriptors == NULL)
    return 0;
  argdata_t copy = argdata_from_buffer(buffer, length);
  struct walk walk;
  walk_start(&walk, &copy);
  size_t used = 0;
  /* The numbers are replaced behind the walk, which does not come back to them. */
  for (const uint8_t *at = walk_next(&walk); at != NULL; at = walk_next(&walk)) {
    int fd = (int)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]);
    size_t index = 0;
    while (index < used && descriptors[index] != fd)
      ++index;
    if (index == used)
      descriptors[used++] = fd;
    uint8_t *number = (uint8_t *)buffer + (at - (const uint8_t *)buffer);
    for (size_t i = 0; i < 4; ++i)
      number[i] = (uint8_t)(index >> (24 - 8 * i));
  }
  return used;
}
