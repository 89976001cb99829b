#include "iterator.h"

void argdata_seq_iterate(const argdata_t *value, argdata_seq_iterator_t *it) {
  argdata_iterate(value, TYPE_SEQ, (struct iterator *)it);
}

bool argdata_seq_get(const argdata_seq_iterator_t *it, const argdata_t **value) {
  const struct iterator *at = (const struct iterator *)it;
  if (!argdata_has_entry(at))
    return false;
  *value = &at->value;
  return true;
}

void argdata_seq_next(argdata_seq_iterator_t *it) {
  argdata_advance((struct iterator *)it, TYPE_SEQ);
}
