/*
 * The entry point of a WebAssembly program that defines program_main: fetches the argdata from the host and
 * hands it over. It stands in for the C library's own start file, which would fetch arguments and
 * environment variables; such a program has neither.
 */
#include <program.h>
#include <stdlib.h>

#include "../argdata/value.h"

__attribute__((import_module("cloudabi_program"), import_name("argdata_length"))) uint32_t
host_argdata_length(void);
__attribute__((import_module("cloudabi_program"), import_name("argdata_read"))) uint32_t
host_argdata_read(void *bytes, uint32_t length);

/* Made by the linker: runs the constructors. */
void __wasm_call_ctors(void);

/* The encoding of the tree, for program_get_raw_argdata. */
static void *tree;
static uint32_t length;

void program_get_raw_argdata(const void **bytes, size_t *size) {
  *bytes = tree;
  *size = length;
}

__attribute__((export_name("_start"))) void _start(void) {
  __wasm_call_ctors();
  length = host_argdata_length();
  tree = malloc(length + 1);
  argdata_t *ad = argdata_from_buffer(tree, length, argdata_own_descriptor, NULL);
  /* There is no descriptor to complain to: a trap says at least where it happened. */
  if (tree == NULL || ad == NULL || (length > 0 && host_argdata_read(tree, length) != 0))
    __builtin_trap();
  program_main(ad);
  exit(0);
}
