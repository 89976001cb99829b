// The program around an attempt: finds what was granted, makes the attempt unless its twin alone is wanted, and answers.
#include "attempt.h"
#include <program.h>
#include <stdlib.h>

int readable = -1;

const char *named(cloudabi_errno_t error) {
  switch (error) {
  case 0: return "ok";
  case CLOUDABI_EBADF: return "EBADF";
  case CLOUDABI_EFAULT: return "EFAULT";
  case CLOUDABI_EINVAL: return "EINVAL";
  case CLOUDABI_ENOTCAPABLE: return "ENOTCAPABLE";
  case CLOUDABI_EPERM: return "EPERM";
  default: return "another error";
  }
}

void program_main(const argdata_t *ad) {
  int output = -1;
  bool only_twin = false;
  argdata_map_iterator_t it;
  const argdata_t *key, *value;
  for (argdata_map_iterate(ad, &it); argdata_map_get(&it, &key, &value); argdata_map_next(&it)) {
    const char *name;
    if (argdata_get_str_c(key, &name) != 0)
      continue;
    if (strcmp(name, "output") == 0)
      argdata_get_fd(value, &output);
    else if (strcmp(name, "readable") == 0)
      argdata_get_fd(value, &readable);
    else if (strcmp(name, "twin") == 0)
      argdata_get_bool(value, &only_twin);
  }
  if (!only_twin)
    dprintf(output, "attempt: %s\n", attempt());
  dprintf(output, "twin: %s\n", twin());
  exit(0);
}
