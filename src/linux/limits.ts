/* Limits of the kernel (uapi/linux/limits.h, uio.h; include/linux/namei.h, include/net/scm.h). */

/** Bytes of a path, with its NUL. */
export const PATH_MAX = 4096;
/** Symbolic links that one lookup follows. */
export const MAXSYMLINKS = 40;
/** Vectors of one call. */
export const UIO_MAXIOV = 1024;
/** Descriptors of one message. */
export const SCM_MAX_FD = 253;
/** Bytes of a `struct iovec`: u64 address, u64 length. */
export const IOVEC_SIZE = 16;
