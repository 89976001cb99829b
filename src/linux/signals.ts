/* Signals (signal(7)) and their handling (sigaction(2), uapi/asm-generic/signal.h, siginfo.h). */

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGABRT = 6;
export const SIGBUS = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGSEGV = 11;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGSTKFLT = 16;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGURG = 23;
export const SIGXCPU = 24;
export const SIGXFSZ = 25;
export const SIGVTALRM = 26;
export const SIGPROF = 27;
export const SIGWINCH = 28;
export const SIGPOLL = 29;
export const SIGPWR = 30;
export const SIGSYS = 31;
/**
 * The signal of a real time that glibc keeps for itself and never lets a program block (its `SIGSETXID`). musl does the
 * same with its own numbers.
 */
export const SIGSETXID = 33;
/** The highest signal that there is (`_NSIG`). */
export const LAST_SIGNAL = 64;

/** A set of all signals. */
export const ALL_SIGNALS = 0xffffffffffffffffn;

export const SIG_IGN = 1;
export const SIG_SETMASK = 2;

export const SA_SIGINFO = 0x4;
export const SA_RESTORER = 0x04000000;
export const SA_ONSTACK = 0x08000000;
export const SA_RESTART = 0x10000000;
export const SA_NODEFER = 0x40000000;
export const SA_RESETHAND = 0x80000000;

export const SI_QUEUE = -1;
