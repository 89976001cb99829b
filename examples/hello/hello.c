/*
 * The smallest program: writes its message to the one descriptor that it was given.
 *
 *   output: !fd stdout
 *   message: Hello, world
 */
#include <program.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void program_main(const argdata_t *ad) {
  int output = -1;
  const char *message = "Hello, world";

  argdata_map_iterator_t it;
  const argdata_t *key, *value;
  for (argdata_map_iterate(ad, &it); argdata_map_get(&it, &key, &value); argdata_map_next(&it)) {
    const char *name;
    if (argdata_get_str_c(key, &name) != 0)
      continue;
    if (strcmp(name, "output") == 0)
      argdata_get_fd(value, &output);
    else if (strcmp(name, "message") == 0)
      argdata_get_str_c(value, &message);
  }

  size_t length = strlen(message);
  if (write(output, message, length) != (ssize_t)length || write(output, "\n", 1) != 1)
    exit(1);
}
