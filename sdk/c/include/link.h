/*
 * link.h: the objects that a program is linked from. A WebAssembly module is one piece, so there are none.
 */
#ifndef CLOUDABI_LINK_H
#define CLOUDABI_LINK_H

#include <elf.h>
#include <stddef.h>

#define CLOUDABI_ELF_NAME(width, type) Elf##width##_##type
#define CLOUDABI_ELF_WIDTH(width, type) CLOUDABI_ELF_NAME(width, type)
#if __INTPTR_WIDTH__ == 64
#define ElfW(type) CLOUDABI_ELF_WIDTH(64, type)
#else
#define ElfW(type) CLOUDABI_ELF_WIDTH(32, type)
#endif

struct dl_phdr_info {
  ElfW(Addr) dlpi_addr;
  const char *dlpi_name;
  const ElfW(Phdr) *dlpi_phdr;
  ElfW(Half) dlpi_phnum;
  unsigned long long dlpi_adds;
  unsigned long long dlpi_subs;
  size_t dlpi_tls_modid;
  void *dlpi_tls_data;
};

#ifdef __cplusplus
extern "C" {
#endif

/* Calls the function for none: returns 0. */
int dl_iterate_phdr(int (*function)(struct dl_phdr_info *, size_t, void *), void *argument);

#ifdef __cplusplus
}
#endif

#endif
