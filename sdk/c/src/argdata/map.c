#include "iterator.h"

void argdata_map_iterate(const argdata_t *value, argdata_map_iterator_t *it) {
  argdata_iterate(value, TYPE_MAP, (struct iterator *)it);
}

bool argdata_map_get(const argdata_map_iterator_t *it, const argdata_t **key, const argdata_t **value) {
  const struct iterator *at = (const struct iterator *)it;
  if (!argdata_has_entry(at))
    return false;
  *key = &at->key;
  *value = &at->value;
  return true;
}

void argdata_map_next(argdata_map_iterator_t *it) {
  argdata_advance((struct iterator *)it, TYPE_MAP);
}
