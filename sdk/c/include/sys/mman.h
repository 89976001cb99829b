/*
 * sys/mman.h: memory mappings over CloudABI's calls. Memory is that of a WebAssembly module: a mapping is
 * made of pages of 64 KiB, can always be read and written, and a mapped file is a copy of its bytes.
 */
#ifndef CLOUDABI_SYS_MMAN_H
#define CLOUDABI_SYS_MMAN_H

#ifdef __wasi__
#ifndef _WASI_EMULATED_MMAN
#define _WASI_EMULATED_MMAN
#endif
#include <stddef.h>
#endif
#include_next <sys/mman.h>

#endif
