/* The parts that the files of the native start code share. */
#pragma once
#include <cloudabi_types.h>
#include <stddef.h>
#include <stdint.h>

#define HIDDEN __attribute__((visibility("hidden")))

/* Values of the auxiliary vector. */
struct start {
  const void *argdata;
  size_t argdata_length;
  const void *headers;
  size_t header_count;
  uint64_t base;
  const void *vdso;
  cloudabi_tid_t tid;
};

/* Looks the calls up; `calls.c`. */
HIDDEN void cloudabi_find_calls(const void *vdso);
/* Makes the storage of the first thread; `tls.c`. */
HIDDEN void cloudabi_first_thread(const struct start *start);

/* Bytes that the storage of a thread takes, and the making of it for the running thread, in zeroed memory. */
HIDDEN size_t cloudabi_tls_size(void);
HIDDEN void cloudabi_tls_begin(void *memory);
