#include "value.h"

static const uint8_t bytes_true[] = {TYPE_BOOL, 1};
static const uint8_t bytes_false[] = {TYPE_BOOL};

const argdata_t argdata_null = {0};
const argdata_t argdata_true = {.bytes = bytes_true, .length = sizeof(bytes_true)};
const argdata_t argdata_false = {.bytes = bytes_false, .length = sizeof(bytes_false)};
