import { architecture } from './architecture.ts';

/*
 * Flags of calls that look paths up: open(2), openat2(2), and the `*at` calls (uapi/asm-generic/fcntl.h, uapi/linux/fcntl.h,
 * uapi/linux/openat2.h).
 */

/** Four flags have other numbers on aarch64 (arch/arm64/include/uapi/asm/fcntl.h). */
const arm64 = architecture === 'arm64';

export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_ACCMODE = 3;
export const O_CREAT = 0x40;
export const O_EXCL = 0x80;
export const O_NOCTTY = 0x100;
export const O_TRUNC = 0x200;
export const O_APPEND = 0x400;
export const O_NONBLOCK = 0x800;
export const O_DSYNC = 0x1000;
/** Includes O_DSYNC. */
export const O_SYNC = 0x101000;
export const O_LARGEFILE: number = arm64 ? 0x20000 : 0x8000;
export const O_DIRECTORY: number = arm64 ? 0x4000 : 0x10000;
export const O_NOFOLLOW: number = arm64 ? 0x8000 : 0x20000;
export const O_CLOEXEC = 0x80000;
export const O_PATH = 0x200000;
/** The bit of O_TMPFILE that is not O_DIRECTORY. */
export const __O_TMPFILE = 0x400000;

/** preadv2(2): a write at any place in spite of O_APPEND. Since Linux 6.9. */
export const RWF_NOAPPEND = 0x20;
/** fallocate(2): keeps the length of the file. */
export const FALLOC_FL_KEEP_SIZE = 1;

export const RESOLVE_NO_XDEV = 0x01;
export const RESOLVE_NO_MAGICLINKS = 0x02;
export const RESOLVE_NO_SYMLINKS = 0x04;
export const RESOLVE_BENEATH = 0x08;
export const RESOLVE_IN_ROOT = 0x10;

/** The working directory, in place of a descriptor. */
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_REMOVEDIR = 0x200;
export const AT_SYMLINK_FOLLOW = 0x400;
export const AT_EMPTY_PATH = 0x1000;
export const AT_RECURSIVE = 0x8000;

export const RENAME_NOREPLACE = 1;
export const RENAME_EXCHANGE = 2;
