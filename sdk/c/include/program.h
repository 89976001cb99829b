/*
 * program.h: where a program starts.
 *
 * A program defines program_main instead of main. Its tree is all it has: the descriptors in the
 * tree are numbered from 0, and 0, 1 and 2 are no standard streams. Write to a descriptor out of the tree,
 * with write(), dprintf() or fdopen().
 *
 * Functions with ambient authority (open, fopen, printf, getenv, socket and the like) do not compile in a file
 * that includes this header; the compiler names the functions to use instead.
 *
 * Returning from program_main ends the process with exit code 0; exit(n) ends it with n.
 */
#ifndef CLOUDABI_PROGRAM_H
#define CLOUDABI_PROGRAM_H

/* The table of refused names follows the C libraries of modules and executables, and no other. */
#if defined(__wasi__) || defined(__CLOUDABI_MUSL__)
#include <ambient_authority.h>
#ifdef _REENTRANT
#include <thread_unsafe.h>
#endif
#endif
#include <argdata.h>

#ifdef __cplusplus
#include <ambient_streams.h>
extern "C" {
#endif

void program_main(const argdata_t *ad);

/*
 * A name for this process that no other has: a UUID of 36 characters, of chance, made at the first call. It
 * gives access to nothing; processes are descriptors.
 */
const char *program_getpid(void);

/* The encoding of that tree, in which the numbers of descriptors are this process's own. */
void program_get_raw_argdata(const void **bytes, size_t *length);

/*
 * Puts another program in the place of this one: a WebAssembly module, in a file that was granted with the right
 * proc_exec (preset `execute`). It starts with this tree, whose descriptors are all it has; all other descriptors
 * of this program are closed, and its memory is gone.
 *
 * Returns only if that fails, with an errno, and then nothing has changed: EBADF, ENOTCAPABLE for a file without
 * the right, ENOEXEC for a file that is no program, ENOMEM.
 */
int program_exec(int fd, const argdata_t *ad);

#ifdef __cplusplus
}
#endif

#endif
