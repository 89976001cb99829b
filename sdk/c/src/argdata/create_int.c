#include "value.h"

argdata_t *argdata_create_int_s(intmax_t number) {
  return argdata_create_number(TYPE_INT, number);
}

argdata_t *argdata_create_int_u(uintmax_t number) {
  return argdata_create_number(TYPE_INT, number);
}
