/*
 * Writes a message three times, each time to another descriptor. Its launcher decides whether these are three
 * files, three sockets or three times standard output.
 *
 *   message: Hello, world
 *   outputs: [!fd stdout, !fd stdout, !fd stdout]
 */
#include <cloudabi.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>

void program_main(const argdata_t *ad) {
  argdata_map_iterator_t value_at, outputs_at;
  const argdata_t *value, *outputs;
  const char *message;
  if (program_argument(ad, "message", &value_at, &value) != 0 || argdata_get_str_c(value, &message) != 0 ||
      program_argument(ad, "outputs", &outputs_at, &outputs) != 0)
    exit(1);
  int written = 0;
  argdata_seq_iterator_t it;
  const argdata_t *output;
  for (argdata_seq_iterate(outputs, &it); argdata_seq_get(&it, &output); argdata_seq_next(&it)) {
    int fd;
    if (argdata_get_fd(output, &fd) != 0 || dprintf(fd, "%s\n", message) < 0)
      exit(2);
    ++written;
  }
  exit(written == 3 ? 0 : 3);
}
