#include "iterator.h"

#include "subfield.h"

/* Reads the entry at the beginning of the rest. */
static void read_entry(struct iterator *it, uint8_t type) {
  argdata_bytes_t key = {0}, value;
  if (it->rest.length == 0) {
    it->index = ARGDATA_ITERATOR_END;
    return;
  }
  if ((type == TYPE_MAP && argdata_take_subfield(&it->rest, &key) != 0) ||
      argdata_take_subfield(&it->rest, &value) != 0) {
    it->index = ARGDATA_ITERATOR_INVALID;
    return;
  }
  it->key.bytes = key.bytes;
  it->key.length = key.length;
  it->value.bytes = value.bytes;
  it->value.length = value.length;
}

void argdata_iterate(const argdata_t *value, uint8_t type, struct iterator *it) {
  it->index = 0;
  it->key = it->value = *value;
  if (argdata_payload(argdata_encoding(value), type, &it->rest) != 0)
    it->index = ARGDATA_ITERATOR_INVALID;
  else
    read_entry(it, type);
}

void argdata_advance(struct iterator *it, uint8_t type) {
  if (!argdata_has_entry(it))
    return;
  ++it->index;
  read_entry(it, type);
}
