#include <stdint.h>
#include <string.h>

__attribute__((import_module("cloudabi_program"), import_name("program_abort"))) _Noreturn void
host_program_abort(const char *text, uint32_t length);

/*
 * The linker puts this in the place of cloudabi_terminated (--wrap) in programs with exceptions of C++ that start at
 * program_main.
 */
_Noreturn void __wrap_cloudabi_terminated(const char *text) { host_program_abort(text, (uint32_t)strlen(text)); }
