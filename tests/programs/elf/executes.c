/*
 * Descriptor 0 is the output, 1 a program to execute, 2 a text. It tries what is no program and what is not open, then puts this
 * program in its place once more, with the text left out.
 */
#include <cloudabi_syscalls.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>

void program_main(const argdata_t *ad)
{
  const void *bytes;
  size_t length;
  argdata_t *self = argdata_create_fd(1), *output = argdata_create_fd(0);
  const argdata_t *values[] = { output, self };
  argdata_t *tree = argdata_create_seq(values, 2);
  program_get_raw_argdata(&bytes, &length);
  cloudabi_fdstat_t stat;
  if (cloudabi_sys_fd_stat_get(2, &stat) == 0) {
    dprintf(0, "no right: %d\n", program_exec(0, tree));
    dprintf(0, "not open: %d\n", program_exec(77, tree));
    dprintf(0, "no program: %d\n", program_exec(2, tree));
    dprintf(0, "first\n");
    exit(program_exec(1, tree));
  }
  argdata_seq_iterator_t it;
  const argdata_t *value;
  int count = 0;
  for (argdata_seq_iterate(ad, &it); argdata_seq_get(&it, &value); argdata_seq_next(&it)) count++;
  dprintf(0, "second, with %d values\n", count);
  exit(7);
}
