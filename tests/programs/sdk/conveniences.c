/*
 * Uses each convenience: prints the entries of a directory twice, then serves connections.
 *
 *   directory: !file {path: …}
 *   output: !fd stdout
 *   listen: !socket {bind: …}   # optional
 */
#include <cloudabi.h>
#include <errno.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void serve(int connection, void *context) {
  int *left = context;
  char text[16];
  ssize_t got = read(connection, text, sizeof(text));
  if (got > 0)
    write(connection, text, (size_t)got);
  close(connection);
  if (--*left == 0)
    exit(0);
}

void program_main(const argdata_t *ad) {
  int directory, output, listener, left = 2;
  argdata_map_iterator_t value_at;
  const argdata_t *value;
  if (program_argument_fd(ad, "directory", &directory) != 0 || program_argument_fd(ad, "output", &output) != 0)
    exit(1);
  if (program_argument(ad, "out", &value_at, &value) != ENOENT || program_argument(&argdata_true, "output", &value_at, &value) != EINVAL)
    exit(2);
  for (int i = 0; i < 2; ++i) {
    DIR *stream = program_directory_open(directory);
    for (struct dirent *entry; (entry = program_directory_next(stream)) != NULL;)
      dprintf(output, "%s\n", entry->d_name);
    if (errno != 0 || closedir(stream) != 0)
      exit(3);
  }
  if (program_directory_open(output) != NULL)
    exit(4);
  if (program_argument_fd(ad, "listen", &listener) == 0)
    exit(program_accept_loop(&listener, 1, serve, &left));
}
