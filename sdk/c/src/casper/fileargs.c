#include "arguments.h"

int cap_fileargs_open(cap_channel_t *channel, const char *path, const char *access) {
  struct arguments arguments = {.count = 0};
  cap_add(&arguments, "path", argdata_create_str_c(path));
  cap_add(&arguments, "access", argdata_create_str_c(access));
  const argdata_t *result;
  if (cap_call(channel, "open", &arguments, &result) != 0)
    return -1;
  return cap_descriptor(result, "file");
}
