#include <cloudabi.h>
#include <errno.h>
#include <string.h>

int program_argument(const argdata_t *map, const char *key, argdata_map_iterator_t *it, const argdata_t **value) {
  const argdata_t *found_key;
  size_t wanted = strlen(key);
  for (argdata_map_iterate(map, it); argdata_map_get(it, &found_key, value); argdata_map_next(it)) {
    const char *name;
    size_t length;
    if (argdata_get_str(found_key, &name, &length) == 0 && length == wanted && memcmp(name, key, length) == 0)
      return 0;
  }
  return it->index == ARGDATA_ITERATOR_INVALID ? EINVAL : ENOENT;
}

int program_argument_fd(const argdata_t *map, const char *key, int *fd) {
  argdata_map_iterator_t it;
  const argdata_t *value;
  int error = program_argument(map, key, &it, &value);
  return error != 0 ? error : argdata_get_fd(value, fd);
}
