/*
 * dlfcn.h: the C library's. A WebAssembly module loads nothing: dlopen is refused, and no address has a name.
 */
#ifndef CLOUDABI_DLFCN_H
#define CLOUDABI_DLFCN_H

#if __has_include_next(<dlfcn.h>)
#include_next <dlfcn.h>
#endif

#ifdef __wasi__
#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const char *dli_fname;
  void *dli_fbase;
  const char *dli_sname;
  void *dli_saddr;
} Dl_info;

/* Returns 0: the address is of no object. */
int dladdr(const void *address, Dl_info *info);

#ifdef __cplusplus
}
#endif
#endif

#endif
