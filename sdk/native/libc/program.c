/* The entry of a program that defines program_main: it gets its argument data, and returning from it ends with 0. */
#include <argdata.h>
#include <program.h>
#include <stdlib.h>

#include "../../c/src/argdata/descriptors.h"
#include "../native.h"

extern _Thread_local cloudabi_tid_t cloudabi_tid;
extern cloudabi_tid_t cloudabi_first_tid;

/* Made by the linker: the constructors. */
typedef void constructor_t(void);
extern HIDDEN constructor_t *__init_array_start[], *__init_array_end[];

static const void *tree;
static size_t tree_length;

void program_get_raw_argdata(const void **bytes, size_t *size)
{
  *bytes = tree;
  *size = tree_length;
}

_Noreturn void cloudabi_main(const void *bytes, size_t length)
{
  cloudabi_tid = cloudabi_first_tid;
  for (constructor_t **at = __init_array_start; at < __init_array_end; at++) (*at)();
  tree = bytes;
  tree_length = length;
  argdata_t *ad = argdata_from_buffer(bytes, length, argdata_own_descriptor, NULL);
  if (ad == NULL) abort();
  program_main(ad);
  exit(0);
}
