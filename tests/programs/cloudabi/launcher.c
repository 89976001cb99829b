/* Puts the program `next` in its own place, with the tree `give`. Ends with the errno if that fails. */
#include <cloudabi.h>
#include <program.h>
#include <stdlib.h>

void program_main(const argdata_t *ad) {
  int next = -1;
  argdata_map_iterator_t give_at;
  const argdata_t *give;
  program_argument_fd(ad, "next", &next);
  if (program_argument(ad, "give", &give_at, &give) != 0)
    exit(100);
  exit(program_exec(next, give));
}
