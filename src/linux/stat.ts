/* Types and permission bits of files (inode(7), uapi/linux/stat.h), and what stat(2) and utimensat(2) take. */

export const S_IFMT = 0o170000;
export const S_IFCHR = 0o020000;
export const S_IFDIR = 0o040000;
export const S_IFBLK = 0o060000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;
export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_ISVTX = 0o1000;

export const STATX_INO = 0x100;
/** STATX_BASIC_STATS and STATX_BTIME. */
export const STATX_ALL = 0xfff;

/** Nanoseconds of a time that is the present, or stays as it was. */
export const UTIME_NOW = 0x3fffffffn;
export const UTIME_OMIT = 0x3ffffffen;
