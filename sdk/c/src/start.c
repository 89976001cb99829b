/*
 * The entry point of a WebAssembly program that defines program_main: fetches the argdata from the host and
 * hands it over. It stands in for the C library's own start file, which would fetch arguments and
 * environment variables; such a program has neither.
 */
#include <program.h>
#include <stdlib.h>

__attribute__((import_module("cloudabi_program"), import_name("argdata_length"))) uint32_t
host_argdata_length(void);
__attribute__((import_module("cloudabi_program"), import_name("argdata_read"))) uint32_t
host_argdata_read(void *bytes, uint32_t length);

/* Made by the linker: runs the constructors. */
void __wasm_call_ctors(void);

__attribute__((export_name("_start"))) void _start(void) {
  __wasm_call_ctors();
  argdata_t ad = argdata_null;
  uint32_t length = host_argdata_length();
  if (length > 0) {
    void *bytes = malloc(length);
    /* There is no descriptor to complain to: a trap says at least where it happened. */
    if (bytes == NULL || host_argdata_read(bytes, length) != 0)
      __builtin_trap();
    ad = argdata_from_buffer(bytes, length);
  }
  program_main(&ad);
  exit(0);
}
