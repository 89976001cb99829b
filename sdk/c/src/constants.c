#include "encoding.h"

static const uint8_t bytes_true[] = {TYPE_BOOL, 1};
static const uint8_t bytes_false[] = {TYPE_BOOL};

const argdata_t argdata_null = {NULL, 0};
const argdata_t argdata_true = {bytes_true, sizeof(bytes_true)};
const argdata_t argdata_false = {bytes_false, sizeof(bytes_false)};
