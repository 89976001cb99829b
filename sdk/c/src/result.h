/* Turns errors of CloudABI's calls into results of POSIX: -1 with errno. */
#ifndef CLOUDABI_RESULT_H
#define CLOUDABI_RESULT_H

#include <errno.h>

#ifdef __wasi__
#include <cloudabi_types.h>
_Static_assert(CLOUDABI_EBADF == EBADF && CLOUDABI_ENOTCAPABLE == ENOTCAPABLE && CLOUDABI_EXDEV == EXDEV,
               "errors have the same numbers: WASI inherited them");
#endif

/* Returns 0 for no error. */
static inline int result_of(int error) {
  if (error == 0)
    return 0;
  errno = error;
  return -1;
}

#endif
