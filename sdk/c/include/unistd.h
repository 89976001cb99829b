/*
 * unistd.h: the C library's, and the calls on descriptors that WASI lacks.
 */
#ifndef CLOUDABI_UNISTD_H
#define CLOUDABI_UNISTD_H

#include_next <unistd.h>

#ifdef __wasi__
#include <crypt.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes a channel: what is written to ends[1] is read from ends[0]. Both are sockets whose other direction
 * is shut down: there, writing fails with EPIPE and reading finds the end. pipe2 takes O_NONBLOCK; O_CLOEXEC says nothing here, since a successor gets what it is handed.
 */
int pipe(int ends[2]);
int pipe2(int ends[2], int flags);

/* The same open file under another number, which the kernel chooses by chance. */
int dup(int fd);

/*
 * Puts the open file of one descriptor in the place of another, which must be open: a number cannot be chosen here.
 * EBADF when either is not.
 */
int dup2(int fd, int place);

#ifdef __cplusplus
}
#endif
#endif

#endif
