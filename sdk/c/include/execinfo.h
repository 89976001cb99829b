/*
 * execinfo.h: the functions that called. A WebAssembly module cannot see its own stack, so there are none to show; the
 * reason of a trap, which the launcher prints, names them.
 */
#ifndef CLOUDABI_EXECINFO_H
#define CLOUDABI_EXECINFO_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Returns 0. */
int backtrace(void **addresses, int size);

/* An address in hexadecimal for each; NULL with ENOMEM. The array is to be freed, and nothing in it. */
char **backtrace_symbols(void *const *addresses, int size);

/* The same on lines of a descriptor. */
void backtrace_symbols_fd(void *const *addresses, int size, int fd);

#ifdef __cplusplus
}
#endif

#endif
