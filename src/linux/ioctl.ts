/*
 * Requests of ioctl(2): descriptors (uapi/asm-generic/ioctls.h), file systems (uapi/linux/fs.h) and processes
 * (uapi/linux/pidfd.h). Those of terminals are in terminals.ts.
 */

export const FIONREAD = 0x541b;
export const FIONBIO = 0x5421;
export const FIONCLEX = 0x5450;
export const FIOCLEX = 0x5451;

/** The second byte of a request says which part of the kernel it is for; the lowest numbers the request. */
export const IOC_TYPE_MASK = 0xff00;
export const IOC_TERMINALS = 0x5400;
export const IOC_SOCKETS = 0x8900;
export const IOC_FILES = 0x6600;
export const IOC_XFS = 0x5800;

export const FS_IOC_GETFLAGS = 0x80086601;
export const FS_IOC_FIEMAP = 0xc020660b;
export const FS_IOC_GETVERSION = 0x80087601;
export const FS_IOC_FSGETXATTR = 0x801c581f;
export const FICLONE = 0x40049409;
export const FICLONERANGE = 0x4020940d;
export const FIDEDUPERANGE = 0xc0189436;

/** Punch holes into files and zero parts of them (linux/falloc.h). */
export const FS_IOC_SETFLAGS = 0x40086602;
export const FS_IOC_SETVERSION = 0x40087602;
export const FS_IOC_FSSETXATTR = 0x401c5820;
export const FS_IOC_UNRESVSP = 0x40305829;
export const FS_IOC_UNRESVSP64 = 0x4030582b;
export const FS_IOC_ZERO_RANGE = 0x40305839;

/** Asks how a process has ended: _IOWR(0xff, 11, struct pidfd_info). Linux 6.13. */
export const PIDFD_GET_INFO = 0xc040ff0b;
