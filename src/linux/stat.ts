import { architecture } from './architecture.ts';

/* Types and permission bits of files (inode(7), uapi/linux/stat.h), and what stat(2) and utimensat(2) take. */

export const S_IFMT = 0o170000;
export const S_IFIFO = 0o010000;
export const S_IFCHR = 0o020000;
export const S_IFDIR = 0o040000;
export const S_IFBLK = 0o060000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;
export const S_IFSOCK = 0o140000;
/** The type of a directory as getdents64(2) tells it. */
export const DT_DIR = 4;
export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_ISVTX = 0o1000;
export const S_IRWXU = 0o700;
export const S_IRWXG = 0o070;
export const S_IRWXO = 0o007;
export const S_IROTH = 0o004;
export const S_IWGRP = 0o020;
export const S_IWOTH = 0o002;
export const S_IXOTH = 0o001;

export const STATX_CTIME = 0x80;
export const STATX_INO = 0x100;
/** STATX_BASIC_STATS and STATX_BTIME. */
export const STATX_ALL = 0xfff;

/** Nanoseconds of a time that is the present, or stays as it was. */
export const UTIME_NOW = 0x3fffffffn;
export const UTIME_OMIT = 0x3ffffffen;

/**
 * Bytes of `struct stat`, and the offsets in it (arch/x86/include/uapi/asm/stat.h, include/uapi/asm-generic/stat.h).
 * `links` and `mode` are u32 (the upper half of x86-64's link count is not used), the others 64 bits wide; times are
 * {seconds, nanoseconds}.
 */
export const Stat: Readonly<
  Record<
    'size' | 'device' | 'inode' | 'links' | 'mode' | 'fileSize' | 'accessed' | 'modified' | 'changed',
    number
  >
> = {
  size: 144,
  device: 0,
  inode: 8,
  links: architecture === 'x64' ? 16 : 20,
  mode: architecture === 'x64' ? 24 : 16,
  fileSize: 48,
  accessed: 72,
  modified: 88,
  changed: 104,
};

/** `struct statx` (statx(2)): its size in bytes, and offsets. The device is its major number, then the minor one. */
export const Statx = { size: 256, inode: 32, changed: 96, device: 136 } as const;
