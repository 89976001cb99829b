#include "value.h"

argdata_t *argdata_create_bool(bool truth) {
  uint8_t *payload;
  argdata_t *value = argdata_allocate(TYPE_BOOL, truth ? 1 : 0, &payload);
  if (value != NULL && truth)
    payload[0] = 1;
  return value;
}
