/* Commands of fcntl(2) and their values (uapi/asm-generic/fcntl.h, uapi/linux/fcntl.h), and flags of close_range(2). */

export const F_DUPFD = 0;
export const F_GETFD = 1;
export const F_SETFD = 2;
/** The one flag of F_SETFD. */
export const FD_CLOEXEC = 1;
export const F_GETFL = 3;
export const F_SETFL = 4;
export const F_GETLK = 5;
export const F_SETLK = 6;
export const F_SETLKW = 7;
export const F_SETOWN = 8;
export const F_GETOWN = 9;
export const F_SETSIG = 10;
export const F_SETOWN_EX = 15;
export const F_OFD_GETLK = 36;
export const F_OFD_SETLK = 37;
export const F_OFD_SETLKW = 38;
export const F_SETLEASE = 1024;
export const F_DUPFD_QUERY = 1027;
export const F_DUPFD_CLOEXEC = 1030;
export const F_SETPIPE_SZ = 1031;
export const F_GETPIPE_SZ = 1032;
export const F_ADD_SEALS = 1033;
export const F_GET_SEALS = 1034;
/** Linux 6.19. */
export const F_SETDELEG = 1040;

/** Origins of lseek(2): the start of the file, the next data, and the next hole. */
export const SEEK_SET = 0;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;

/** Operations of flock(2): an exclusive lock, and no waiting for it. */
export const LOCK_SH = 1;
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const LOCK_UN = 8;

/** A value of F_SETLK and F_SETLEASE: gives back. */
export const F_UNLCK = 2;

export const F_SEAL_SEAL = 1;
export const F_SEAL_SHRINK = 2;
export const F_SEAL_GROW = 4;
export const F_SEAL_WRITE = 8;

export const CLOSE_RANGE_CLOEXEC = 4;
/** The end of a range of all further descriptors (limits.h). */
export const UINT_MAX = 0xffffffff;
