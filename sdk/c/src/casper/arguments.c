#include "arguments.h"

#include <errno.h>
#include <string.h>

void cap_add(struct arguments *arguments, const char *key, argdata_t *value) {
  arguments->keys[arguments->count] = argdata_create_str_c(key);
  arguments->values[arguments->count++] = value;
}

int cap_call(cap_channel_t *channel, const char *call, struct arguments *arguments, const argdata_t **result) {
  bool whole = true;
  for (size_t i = 0; i < arguments->count; ++i)
    whole = whole && arguments->keys[i] != NULL && arguments->values[i] != NULL;
  argdata_t *map = whole ? argdata_create_map((const argdata_t *const *)arguments->keys,
                                              (const argdata_t *const *)arguments->values, arguments->count)
                         : NULL;
  const argdata_t *ignored;
  int done = -1;
  if (map == NULL)
    errno = ENOMEM;
  else
    done = cap_xfer(channel, call, map, result == NULL ? &ignored : result);
  int error = errno;
  argdata_free(map);
  for (size_t i = 0; i < arguments->count; ++i) {
    argdata_free(arguments->keys[i]);
    argdata_free(arguments->values[i]);
  }
  errno = error;
  return done;
}

bool cap_field(const argdata_t *map, const char *key, argdata_t *value) {
  argdata_map_iterator_t it;
  const argdata_t *found_key;
  const argdata_t *found;
  for (argdata_map_iterate(map, &it); argdata_map_get(&it, &found_key, &found); argdata_map_next(&it)) {
    const char *name;
    if (argdata_get_str_c(found_key, &name) == 0 && strcmp(name, key) == 0) {
      *value = *found;
      return true;
    }
  }
  return false;
}

int cap_descriptor(const argdata_t *map, const char *key) {
  argdata_t value;
  int fd;
  if (cap_field(map, key, &value) && argdata_get_fd(&value, &fd) == 0)
    return fd;
  errno = EBADMSG;
  return -1;
}

char *cap_text(const argdata_t *map, const char *key) {
  static char none[1];
  argdata_t value;
  const char *text;
  return cap_field(map, key, &value) && argdata_get_str_c(&value, &text) == 0 ? (char *)text : none;
}

uint32_t cap_number(const argdata_t *map, const char *key) {
  argdata_t value;
  uintmax_t number;
  return cap_field(map, key, &value) && argdata_get_int_u(&value, &number, UINT32_MAX) == 0 ? (uint32_t)number : UINT32_MAX;
}

bool cap_is_nothing(const argdata_t *result) {
  if (result->length > 0)
    return false;
  errno = ENOENT;
  return true;
}
