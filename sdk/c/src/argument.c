#include <cloudabi.h>
#include <errno.h>
#include <string.h>

int program_argument(const argdata_t *map, const char *key, argdata_t *value) {
  argdata_map_iterator_t it;
  const argdata_t *found_key, *found;
  size_t wanted = strlen(key);
  int error = argdata_map_iterate(map, &it);
  if (error != 0)
    return error;
  for (; argdata_map_get(&it, &found_key, &found); argdata_map_next(&it)) {
    const char *name;
    size_t length;
    if (argdata_get_str(found_key, &name, &length) == 0 && length == wanted && memcmp(name, key, length) == 0) {
      *value = *found;
      return 0;
    }
  }
  return ENOENT;
}

int program_argument_fd(const argdata_t *map, const char *key, int *fd) {
  argdata_t value;
  int error = program_argument(map, key, &value);
  return error != 0 ? error : argdata_get_fd(&value, fd);
}
