/*
 * Making processes (clone(2), uapi/linux/sched.h), waiting for them (wait(2)), their limits (getrlimit(2)) and priorities
 * (setpriority(2), ioprio_set(2)), keys (keyctl(2)) and personalities (uapi/linux/personality.h).
 */

/** A flag of unshare(2) alone; for clone(2) the bit is part of a signal's number. */
export const CLONE_NEWTIME = 0x80;
export const CLONE_VM = 0x100;
export const CLONE_FS = 0x200;
export const CLONE_FILES = 0x400;
export const CLONE_SIGHAND = 0x800;
/** pidfd_open(2): of a thread. Since Linux 6.9. */
export const PIDFD_THREAD = 0x80;
export const CLONE_PIDFD = 0x1000;
export const CLONE_VFORK = 0x4000;
export const CLONE_THREAD = 0x10000;
export const CLONE_NEWNS = 0x20000;
export const CLONE_SYSVSEM = 0x40000;
export const CLONE_SETTLS = 0x80000;
export const CLONE_PARENT_SETTID = 0x100000;
export const CLONE_CHILD_CLEARTID = 0x200000;
export const CLONE_NEWCGROUP = 0x02000000;
export const CLONE_NEWUTS = 0x04000000;
export const CLONE_NEWIPC = 0x08000000;
export const CLONE_NEWUSER = 0x10000000;
export const CLONE_NEWPID = 0x20000000;
export const CLONE_NEWNET = 0x40000000;

export const WNOHANG = 1;
export const __WALL = 0x40000000;
export const RUSAGE_CHILDREN = -1;

export const RLIMIT_DATA = 2;
export const RLIMIT_CORE = 4;
export const RLIMIT_NOFILE = 7;
export const RLIMIT_AS = 9;

export const PRIO_PROCESS = 0;
export const PRIO_PGRP = 1;
export const IOPRIO_WHO_PROCESS = 1;
export const IOPRIO_WHO_PGRP = 2;

export const PIDFD_INFO_EXIT = 8n;

export const KEYCTL_JOIN_SESSION_KEYRING = 1;
export const KEYCTL_LINK = 8;
export const KEYCTL_UNLINK = 9;
export const KEYCTL_SEARCH = 10;
export const KEYCTL_READ = 11;
export const KEY_SPEC_PROCESS_KEYRING = -2;
export const KEY_SPEC_USER_KEYRING = -4;

export const PER_LINUX = 0;
export const PER_LINUX32 = 0x8;
export const UNAME26 = 0x20000;
export const ADDR_NO_RANDOMIZE = 0x40000;

/** The exit status of a program with a fault of its own (sysexits.h). */
export const EX_SOFTWARE = 70;
