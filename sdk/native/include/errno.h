/* errno.h: error numbers are those of the system calls. */
#ifndef CLOUDABI_ERRNO_H
#define CLOUDABI_ERRNO_H

extern _Thread_local int errno;
#define errno errno

/* Both C libraries have the same numbers. */
#include "../musl/include/bits/errno.h"
#undef EOPNOTSUPP
#define EOPNOTSUPP ENOTSUP

#endif
