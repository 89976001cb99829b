#include "subfield.h"

int argdata_seq_iterate(const argdata_t *value, argdata_seq_iterator_t *it) {
  size_t count;
  it->private_valid = false;
  it->private_rest = argdata_null;
  int error = argdata_payload(value, TYPE_SEQ, &it->private_rest);
  if (error == 0)
    error = argdata_count_subfields(it->private_rest, &count);
  if (error != 0)
    it->private_rest = argdata_null;
  argdata_seq_next(it);
  return error;
}

bool argdata_seq_get(const argdata_seq_iterator_t *it, const argdata_t **value) {
  if (!it->private_valid)
    return false;
  *value = &it->private_value;
  return true;
}

void argdata_seq_next(argdata_seq_iterator_t *it) {
  it->private_valid = argdata_take_subfield(&it->private_rest, &it->private_value) == 0;
}
