/* The rights that a program asks for when it opens a file, for both C libraries. */
#pragma once
#include <cloudabi_types.h>

/* The rights that reading and writing take; a file gets no others. */
#define READING (CLOUDABI_RIGHT_FD_READ | CLOUDABI_RIGHT_FILE_READDIR | CLOUDABI_RIGHT_FILE_OPEN | CLOUDABI_RIGHT_MEM_MAP)
#define WRITING \
  (CLOUDABI_RIGHT_FD_WRITE | CLOUDABI_RIGHT_FD_DATASYNC | CLOUDABI_RIGHT_FD_SYNC | CLOUDABI_RIGHT_FILE_ALLOCATE | \
   CLOUDABI_RIGHT_FILE_STAT_FPUT_SIZE)
#define ALWAYS \
  (CLOUDABI_RIGHT_FD_SEEK | CLOUDABI_RIGHT_FD_TELL | CLOUDABI_RIGHT_FILE_STAT_FGET | CLOUDABI_RIGHT_FILE_STAT_GET | \
   CLOUDABI_RIGHT_POLL_FD_READWRITE | CLOUDABI_RIGHT_FD_STAT_PUT_FLAGS)

/*
 * Makes the rights to ask for out of what the directory tells of itself. A program asks for what it can have: the rights that
 * files beneath this directory may get.
 */
static inline void cloudabi_ask_rights(cloudabi_fdstat_t *stat, int reads, int writes, int directory)
{
  cloudabi_rights_t possible = stat->fs_rights_inheriting;
  cloudabi_rights_t wanted = ALWAYS | (reads ? READING : 0) | (writes ? WRITING : 0);
  cloudabi_rights_t needed = (reads ? CLOUDABI_RIGHT_FD_READ : 0) | (writes ? CLOUDABI_RIGHT_FD_WRITE : 0);
  if (directory) {
    wanted = stat->fs_rights_base;
    needed = 0;
  }
  stat->fs_rights_base = wanted & (possible | needed);
  stat->fs_rights_inheriting = directory ? possible : 0;
}
