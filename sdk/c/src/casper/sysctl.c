#include <errno.h>
#include <string.h>

#include "arguments.h"

int cap_sysctlbyname(cap_channel_t *channel, const char *name, char *oldp, size_t *oldlenp, const char *newp) {
  if (oldlenp != NULL) {
    struct arguments arguments = {.count = 0};
    const argdata_t *result;
    cap_add(&arguments, "name", argdata_create_str_c(name));
    if (cap_call(channel, "get", &arguments, &result) != 0)
      return -1;
    const char *value = cap_text(result, "value");
    size_t length = strlen(value) + 1;
    size_t room = *oldlenp;
    *oldlenp = length;
    if (oldp != NULL && room < length) {
      errno = ENOMEM;
      return -1;
    }
    if (oldp != NULL)
      memcpy(oldp, value, length);
  }
  if (newp == NULL)
    return 0;
  struct arguments arguments = {.count = 0};
  cap_add(&arguments, "name", argdata_create_str_c(name));
  cap_add(&arguments, "value", argdata_create_str_c(newp));
  return cap_call(channel, "set", &arguments, NULL);
}
