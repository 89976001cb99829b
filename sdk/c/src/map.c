#include <errno.h>

#include "subfield.h"

int argdata_map_iterate(const argdata_t *value, argdata_map_iterator_t *it) {
  size_t count;
  it->private_valid = false;
  it->private_rest = argdata_null;
  int error = argdata_payload(value, TYPE_MAP, &it->private_rest);
  if (error == 0)
    error = argdata_count_subfields(it->private_rest, &count);
  if (error == 0 && count % 2 != 0)
    error = EINVAL;
  if (error != 0)
    it->private_rest = argdata_null;
  argdata_map_next(it);
  return error;
}

bool argdata_map_get(const argdata_map_iterator_t *it, const argdata_t **key, const argdata_t **value) {
  if (!it->private_valid)
    return false;
  *key = &it->private_key;
  *value = &it->private_value;
  return true;
}

void argdata_map_next(argdata_map_iterator_t *it) {
  it->private_valid = argdata_take_subfield(&it->private_rest, &it->private_key) == 0 &&
                      argdata_take_subfield(&it->private_rest, &it->private_value) == 0;
}
