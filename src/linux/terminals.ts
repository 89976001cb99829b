/* Requests of ioctl(2) to terminals (ioctl_tty(2)), and their settings (termios(3), uapi/asm-generic/termbits.h). */

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
/** Redirects output of the console to a terminal. */
export const TIOCCONS = 0x541d;
/** Changes the line discipline. */
export const TIOCSETD = 0x5423;
export const TIOCGPTPEER = 0x5441;
/** The number of a terminal in its devpts. */
export const TIOCGPTN = 0x80045430;
export const TIOCSPTLCK = 0x40045431;

/** `struct termios` of the kernel: its size in bytes, and offsets of its fields. */
export const Termios = { size: 64, input: 0, output: 4, control: 8, local: 12, characters: 17 } as const;

/** Places among the characters. */
export const VTIME = 5;
export const VMIN = 6;
export const VEOF = 4;
export const VEOL = 11;
export const VEOL2 = 16;

export const IGNBRK = 0o1;
export const BRKINT = 0o2;
export const PARMRK = 0o10;
export const ISTRIP = 0o40;
export const INLCR = 0o100;
export const IGNCR = 0o200;
export const ICRNL = 0o400;
export const IXON = 0o2000;

export const OPOST = 0o1;
export const ONLCR = 0o4;

export const ISIG = 0o1;
export const ICANON = 0o2;
export const ECHO = 0o10;
export const ECHOE = 0o20;
export const ECHOK = 0o40;
export const ECHONL = 0o100;
export const IEXTEN = 0o100000;

export const CSIZE = 0o60;
export const CS8 = 0o60;
export const PARENB = 0o400;
