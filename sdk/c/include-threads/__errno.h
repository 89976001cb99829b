/*
 * __errno.h: takes the place of the C library's in programs with threads. That library was made for one thread: its
 * errno is an ordinary variable. The linker is given a form of it in which each thread has its own (thread-errno.ts of the
 * toolchain, errno.c of the library).
 */
#ifndef CLOUDABI_ERRNO_H
#define CLOUDABI_ERRNO_H

#ifdef __cplusplus
extern "C" {
#endif

int *__errno_location(void);

#define errno (*__errno_location())

#ifdef __cplusplus
}
#endif

#endif
