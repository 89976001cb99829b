/*
 * sys/capsicum.h: reads and gives up rights of descriptors. The rights are those of CloudABI (see cloudabi_types.h);
 * a set holds those for the descriptor itself together with those that files opened beneath it get.
 */
#ifndef CLOUDABI_SYS_CAPSICUM_H
#define CLOUDABI_SYS_CAPSICUM_H

#include <cloudabi_types.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint64_t private_bits;
} cap_rights_t;

/* Files. */
#define CAP_CREATE (CLOUDABI_RIGHT_FILE_CREATE_FILE | CLOUDABI_RIGHT_FILE_OPEN)
#define CAP_FCNTL CLOUDABI_RIGHT_FD_STAT_PUT_FLAGS
#define CAP_FEXECVE CLOUDABI_RIGHT_PROC_EXEC
#define CAP_FSYNC (CLOUDABI_RIGHT_FD_DATASYNC | CLOUDABI_RIGHT_FD_SYNC)
#define CAP_FTRUNCATE CLOUDABI_RIGHT_FILE_STAT_FPUT_SIZE
#define CAP_LOOKUP (CLOUDABI_RIGHT_FILE_LINK_SOURCE | CLOUDABI_RIGHT_FILE_OPEN)
#define CAP_MMAP CLOUDABI_RIGHT_MEM_MAP
#define CAP_MMAP_R (CAP_MMAP | CAP_READ)
#define CAP_MMAP_RW (CAP_MMAP_R | CAP_MMAP_W)
#define CAP_MMAP_RWX (CAP_MMAP_R | CAP_MMAP_W | CAP_MMAP_X)
#define CAP_MMAP_RX (CAP_MMAP_R | CAP_MMAP_X)
#define CAP_MMAP_W (CAP_MMAP | CAP_WRITE)
#define CAP_MMAP_WX (CAP_MMAP_W | CAP_MMAP_X)
#define CAP_MMAP_X (CAP_MMAP | CLOUDABI_RIGHT_MEM_MAP_EXEC)
#define CAP_POSIX_FADVISE CLOUDABI_RIGHT_FILE_ADVISE
#define CAP_POSIX_FALLOCATE CLOUDABI_RIGHT_FILE_ALLOCATE
#define CAP_PREAD (CAP_READ | CLOUDABI_RIGHT_FD_SEEK)
#define CAP_PWRITE (CAP_WRITE | CLOUDABI_RIGHT_FD_SEEK)
#define CAP_READ CLOUDABI_RIGHT_FD_READ
#define CAP_READDIR CLOUDABI_RIGHT_FILE_READDIR
#define CAP_READLINK CLOUDABI_RIGHT_FILE_READLINK
#define CAP_SEEK (CAP_SEEK_TELL | CLOUDABI_RIGHT_FD_SEEK)
#define CAP_SEEK_TELL CLOUDABI_RIGHT_FD_TELL
#define CAP_WRITE CLOUDABI_RIGHT_FD_WRITE

/* Directories. */
#define CAP_FSTAT CLOUDABI_RIGHT_FILE_STAT_FGET
#define CAP_FSTATAT CLOUDABI_RIGHT_FILE_STAT_GET
#define CAP_FUTIMES CLOUDABI_RIGHT_FILE_STAT_FPUT_TIMES
#define CAP_FUTIMESAT CLOUDABI_RIGHT_FILE_STAT_PUT_TIMES
#define CAP_LINKAT (CLOUDABI_RIGHT_FILE_LINK_TARGET | CLOUDABI_RIGHT_FILE_RENAME_TARGET)
#define CAP_MKDIRAT CLOUDABI_RIGHT_FILE_CREATE_DIRECTORY
#define CAP_RENAMEAT CLOUDABI_RIGHT_FILE_RENAME_SOURCE
#define CAP_SYMLINKAT CLOUDABI_RIGHT_FILE_SYMLINK
#define CAP_UNLINKAT CLOUDABI_RIGHT_FILE_UNLINK

/* Sockets, waiting, processes. */
#define CAP_ACCEPT CLOUDABI_RIGHT_FD_READ
#define CAP_EVENT CLOUDABI_RIGHT_POLL_FD_READWRITE
#define CAP_PDWAIT CLOUDABI_RIGHT_POLL_PROC_TERMINATE
#define CAP_RECV CAP_READ
#define CAP_SEND CAP_WRITE
#define CAP_SHUTDOWN CLOUDABI_RIGHT_SOCK_SHUTDOWN
#define CAP_SOCK_CLIENT (CAP_RECV | CAP_SEND | CAP_SHUTDOWN)
#define CAP_SOCK_SERVER (CAP_ACCEPT | CAP_RECV | CAP_SEND | CAP_SHUTDOWN)

/* Sets of all rights there are, and of none. */
#define CAP_ALL(rights) ((void)((rights)->private_bits = ~(uint64_t)0))
#define CAP_NONE(rights) ((void)((rights)->private_bits = 0))

/* Each takes rights, one after the other: cap_rights_init(&rights, CAP_READ, CAP_SEEK). */
#define cap_rights_init(rights, ...) cloudabi_rights_init(rights, ##__VA_ARGS__, (uint64_t)0)
#define cap_rights_set(rights, ...) cloudabi_rights_set(rights, ##__VA_ARGS__, (uint64_t)0)
#define cap_rights_clear(rights, ...) cloudabi_rights_clear(rights, ##__VA_ARGS__, (uint64_t)0)
#define cap_rights_is_set(rights, ...) cloudabi_rights_is_set(rights, ##__VA_ARGS__, (uint64_t)0)

#ifdef __cplusplus
extern "C" {
#endif

cap_rights_t *cloudabi_rights_init(cap_rights_t *, ...);
cap_rights_t *cloudabi_rights_set(cap_rights_t *, ...);
cap_rights_t *cloudabi_rights_clear(cap_rights_t *, ...);
bool cloudabi_rights_is_set(const cap_rights_t *, ...);

/* Says whether the first set has all rights of the second. */
bool cap_rights_contains(const cap_rights_t *, const cap_rights_t *);

/* Adds the rights of the second set to the first, or takes them away; gives the first. */
cap_rights_t *cap_rights_merge(cap_rights_t *, const cap_rights_t *);
cap_rights_t *cap_rights_remove(cap_rights_t *, const cap_rights_t *);

/* The rights of a descriptor: with `explicit`, those of its own and those that others inherit. 0, or -1 with errno. */
int cap_rights_get(int fd, cap_rights_t *);
int cap_rights_get_explicit(int fd, cap_rights_t *base, cap_rights_t *inheriting);

/*
 * Gives up all rights that are not in the set; they do not come back. `limit` keeps what the descriptor has and the set
 * names. `explicit` is exact: ENOTCAPABLE for a right that the descriptor does not have.
 */
int cap_rights_limit(int fd, const cap_rights_t *);
int cap_rights_limit_explicit(int fd, const cap_rights_t *base, const cap_rights_t *inheriting);

/* A program is in capability mode from its first instruction: enter succeeds, and the mode is 1. */
int cap_enter(void);
int cap_getmode(unsigned *mode);
bool cap_sandboxed(void);

#ifdef __cplusplus
}
#endif

#endif
