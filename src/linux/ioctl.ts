/*
 * Requests of ioctl(2): terminals (ioctl_tty(2), uapi/asm-generic/ioctls.h), descriptors, file systems (uapi/linux/fs.h)
 * and processes (uapi/linux/pidfd.h).
 */

export const TCGETS = 0x5401;
export const TCSETS = 0x5402;
export const TCSETSW = 0x5403;
export const TCSETSF = 0x5404;
export const TIOCSCTTY = 0x540e;
/** Types into the terminal. */
export const TIOCSTI = 0x5412;
export const TIOCGWINSZ = 0x5413;
export const TIOCSWINSZ = 0x5414;
/** Works on a console: takes its selection, for one. */
export const TIOCLINUX = 0x541c;
/** Takes over what is written to the console. */
export const TIOCCONS = 0x541d;
/** Changes the line discipline. */
export const TIOCSETD = 0x5423;
export const TIOCGPTPEER = 0x5441;
export const TIOCSPTLCK = 0x40045431;

export const FIONREAD = 0x541b;
export const FIONBIO = 0x5421;
export const FIONCLEX = 0x5450;
export const FIOCLEX = 0x5451;

export const FS_IOC_GETFLAGS = 0x80086601;
export const FS_IOC_FIEMAP = 0xc020660b;
export const FS_IOC_GETVERSION = 0x80087601;
export const FS_IOC_FSGETXATTR = 0x801c581f;
export const FICLONE = 0x40049409;
export const FICLONERANGE = 0x4020940d;
export const FIDEDUPERANGE = 0xc0189436;

/** Asks how a process has ended: _IOWR(0xff, 11, struct pidfd_info). Linux 6.13. */
export const PIDFD_GET_INFO = 0xc040ff0b;
