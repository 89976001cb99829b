/*
 * Writes records of 100 bytes to a file, without end, and tells about each that has been written.
 *
 *   log: !file {path: …, rights: [append, create]}
 *   output: !fd stdout
 *   name: in front of what it tells
 */
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECORD = 100 };

void program_main(const argdata_t *ad) {
  int log = -1, output = -1;
  const char *name = "";
  argdata_map_iterator_t it;
  const argdata_t *key, *value;
  for (argdata_map_iterate(ad, &it); argdata_map_get(&it, &key, &value); argdata_map_next(&it)) {
    const char *text;
    if (argdata_get_str_c(key, &text) != 0)
      continue;
    if (strcmp(text, "log") == 0)
      argdata_get_fd(value, &log);
    else if (strcmp(text, "output") == 0)
      argdata_get_fd(value, &output);
    else
      argdata_get_str_c(value, &name);
  }
  for (int number = 1;; ++number) {
    char record[RECORD + 1];
    snprintf(record, sizeof(record), "%099d\n", number);
    if (write(log, record, RECORD) != RECORD) {
      dprintf(output, "%s full\n", name);
      exit(0);
    }
    if (dprintf(output, "%s %d\n", name, number) < 0)
      exit(1);
  }
}
