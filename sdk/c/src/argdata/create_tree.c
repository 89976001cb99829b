#include <errno.h>
#include <string.h>

#include "descriptors.h"

/* Returns the number of bytes that a subfield's length takes: seven bits each. */
static size_t size_of_length(size_t length) {
  size_t size = 1;
  while ((length >>= 7) != 0)
    ++size;
  return size;
}

/* Adds the size of a subfield to a sum; false when it does not fit. */
static bool add_subfield(size_t *sum, const argdata_t *value) {
  return !__builtin_add_overflow(*sum, size_of_length(value->length), sum) &&
         !__builtin_add_overflow(*sum, value->length, sum);
}

/* Gives the descriptors of a copied value the numbers that they have in this process. */
static void convert(const argdata_t *value, uint8_t *copy) {
  if (value->convert == argdata_own_descriptor)
    return;
  argdata_walk_t walk;
  argdata_walk_start(&walk, (argdata_bytes_t){copy, value->length});
  for (uint8_t *at; (at = argdata_walk_own(&walk)) != NULL;) {
    int fd = value->convert == NULL ? -1 : value->convert(value->argument, argdata_number_of(at));
    argdata_put_number(at, fd < 0 ? UINT32_MAX : (uint32_t)fd);
  }
}

static uint8_t *put_subfield(uint8_t *out, const argdata_t *value) {
  size_t length = value->length;
  for (size_t i = size_of_length(length); i-- > 0;)
    *out++ = (uint8_t)((length >> (7 * i) & 0x7f) | (i == 0 ? 0x80 : 0));
  if (length > 0) {
    memcpy(out, value->bytes, length);
    convert(value, out);
  }
  return out + length;
}

/* A sequence of values, or a map when there are keys too. */
static argdata_t *create(uint8_t type, const argdata_t *const *keys, const argdata_t *const *values, size_t count) {
  size_t length = 0;
  for (size_t i = 0; i < count; ++i) {
    if ((keys != NULL && !add_subfield(&length, keys[i])) || !add_subfield(&length, values[i])) {
      errno = ENOMEM;
      return NULL;
    }
  }
  uint8_t *out;
  argdata_t *made = argdata_allocate(type, length, &out);
  if (made == NULL)
    return NULL;
  for (size_t i = 0; i < count; ++i) {
    if (keys != NULL)
      out = put_subfield(out, keys[i]);
    out = put_subfield(out, values[i]);
  }
  return made;
}

argdata_t *argdata_create_seq(const argdata_t *const *values, size_t count) {
  return create(TYPE_SEQ, NULL, values, count);
}

argdata_t *argdata_create_map(const argdata_t *const *keys, const argdata_t *const *values, size_t count) {
  static const argdata_t *const none[1];
  /* An empty map may come with no array at all. */
  return create(TYPE_MAP, count == 0 ? none : keys, values, count);
}
