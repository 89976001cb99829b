/* Reads until its input ends, and then ends with the code that it was given. */
#include <cloudabi.h>
#include <program.h>
#include <stdlib.h>
#include <unistd.h>

void program_main(const argdata_t *ad) {
  int input = -1, code = 0;
  argdata_map_iterator_t value_at;
  const argdata_t *value;
  program_argument_fd(ad, "input", &input);
  if (program_argument(ad, "code", &value_at, &value) == 0)
    argdata_get_int(value, &code);
  char byte;
  while (read(input, &byte, 1) > 0)
    continue;
  exit(code);
}
