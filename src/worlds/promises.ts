import {
  F_ADD_SEALS,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_DUPFD_QUERY,
  F_GET_SEALS,
  F_GETFD,
  F_GETFL,
  F_GETLK,
  F_GETOWN,
  F_GETPIPE_SZ,
  F_OFD_GETLK,
  F_OFD_SETLK,
  F_OFD_SETLKW,
  F_SETFD,
  F_SETFL,
  F_SETLK,
  F_SETLKW,
  F_SETOWN,
  F_SETOWN_EX,
  F_SETPIPE_SZ,
  F_SETSIG,
} from '../linux/fcntl.ts';
import {
  FICLONE,
  FICLONERANGE,
  FIDEDUPERANGE,
  FIOCLEX,
  FIONBIO,
  FIONCLEX,
  FIONREAD,
  FS_IOC_FIEMAP,
  FS_IOC_FSGETXATTR,
  FS_IOC_GETFLAGS,
  FS_IOC_GETVERSION,
  IOC_FILES,
  IOC_SOCKETS,
  IOC_TERMINALS,
  IOC_TYPE_MASK,
  IOC_XFS,
} from '../linux/ioctl.ts';
import {
  __O_TMPFILE,
  O_ACCMODE,
  O_CREAT,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from '../linux/open-flags.ts';
import {
  PR_CAP_AMBIENT,
  PR_CAPBSET_DROP,
  PR_SET_CHILD_SUBREAPER,
  PR_SET_PTRACER,
  PR_SET_SECCOMP,
  PR_SET_SECUREBITS,
} from '../linux/prctl.ts';
import { CLONE_THREAD } from '../linux/processes.ts';
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  NETLINK_ROUTE,
  SOCK_DGRAM,
  SOCK_TYPE_MASK,
} from '../linux/sockets.ts';
import { S_IFIFO, S_IFMT, S_IFREG, S_IFSOCK } from '../linux/stat.ts';
import { isSystemCall, type SystemCall } from '../linux/system-calls.ts';
import { TCGETS, TIOCGWINSZ } from '../linux/terminals.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';
import { callsOf } from './normal-calls.ts';

/*
 * Promises of a program, by the words of pledge(2) of OpenBSD: the system calls that it will make. A filter refuses all
 * others (promise-filter.ts). docs/promises.md shows this table.
 */

/** A use of a system call, for which all tests of its arguments hold. */
export type PromisedUse = {
  readonly call: SystemCall;
  readonly when: readonly ArgumentTest[];
  /** The arguments in words; `undefined` for any. */
  readonly words: string | undefined;
  /** Promises that it needs as well. */
  readonly also: readonly PromiseName[];
};

/** A promise that a program can make. */
export type Promised = {
  /** The access that it promises, as a noun. */
  readonly meaning: string;
  /** The part that a filter cannot tell apart; `undefined` for none. */
  readonly limit?: string;
  readonly uses: readonly PromisedUse[];
};

/** The names of promises. */
export const promiseNames = [
  'stdio',
  'rpath',
  'wpath',
  'cpath',
  'dpath',
  'fattr',
  'chown',
  'flock',
  'tty',
  'unix',
  'inet',
  'dns',
  'proc',
  'exec',
  'id',
  'unveil',
] as const;

/** A name of a promise. */
export type PromiseName = (typeof promiseNames)[number];

/** Tells names of promises from others. */
export function isPromiseName(name: string): name is PromiseName {
  return promiseNames.some((one) => one === name);
}

/** Promises of OpenBSD that are none here, and the reason. */
export const otherPromises: ReadonlyMap<string, string> = new Map([
  ['prot_exec', "'stdio' has it: the loader maps code of libraries"],
  ['tmppath', "'rpath', 'wpath' and 'cpath' have it"],
  ['getpw', "'rpath' has it, with 'unix' where a service is asked"],
  ['sendfd', "'unix' has it: descriptors in a message lie where no filter looks"],
  ['recvfd', "'unix' has it: descriptors in a message lie where no filter looks"],
  ['mcast', "'inet' has it"],
  ['error', 'every refused call ends with EPERM'],
  ['ps', "'proc' of the world decides about it"],
  ['vminfo', "'proc' of the world decides about it"],
  ['settime', 'no program has it'],
  ['route', 'no program has it'],
  ['wroute', 'no program has it'],
  ['pf', 'no program has it'],
  ['bpf', 'no program has it'],
  ['tape', 'no program has it'],
  ['audio', 'no program has it'],
  ['video', 'no program has it'],
]);

/** Uses of calls by their names, in one text. */
function any(calls: string): readonly PromisedUse[] {
  return calls
    .trim()
    .split(/\s+/)
    .filter(isSystemCall)
    .map((call) => ({ call, when: [], words: undefined, also: [] }));
}

function some(
  calls: string,
  words: string,
  when: readonly ArgumentTest[],
  also: readonly PromiseName[] = [],
): readonly PromisedUse[] {
  return any(calls).map((use) => ({ ...use, words, when, also }));
}

const masked = (argument: number, mask: number, value: number): ArgumentTest => ({
  argument,
  is: 'masked',
  mask,
  value,
});
const int = (argument: number, value: number): ArgumentTest => masked(argument, -1, value);
const oneOf = (argument: number, ...values: readonly number[]): ArgumentTest => ({
  argument,
  is: 'one of',
  values,
});
const isNull = (argument: number): ArgumentTest => ({ argument, is: 'equal', value: 0 });

/** Bits of open(2) that decide what an open file is for. */
const OPENING = O_ACCMODE | O_CREAT | O_TRUNC | __O_TMPFILE;

function opening(
  words: string,
  mask: number,
  value: number,
  also: readonly PromiseName[] = [],
): readonly PromisedUse[] {
  return [
    ...some('open', words, [masked(1, mask, value)], also),
    ...some('openat', words, [masked(2, mask, value)], also),
  ];
}

/** Files without O_CREAT and O_TMPFILE. A descriptor of O_PATH, which ignores the mode, is for reading alone. */
const THERE = O_ACCMODE | O_CREAT | __O_TMPFILE | O_PATH;
const MADE = O_ACCMODE | O_PATH;

const locks = [F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW];
const plainCommands = [
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_DUPFD_QUERY,
  F_GETFD,
  F_SETFD,
  F_GETFL,
  F_SETFL,
  F_GETOWN,
  F_GETPIPE_SZ,
  F_SETPIPE_SZ,
  F_ADD_SEALS,
  F_GET_SEALS,
];

const messages = 'accept accept4 bind connect listen sendto sendmsg sendmmsg recvmsg recvmmsg setsockopt';
const route = some('socket', 'routes, to read', [int(0, AF_NETLINK), int(2, NETLINK_ROUTE)]);

/** Bytes of `struct sockaddr_nl`: addresses of the internet are longer. */
const NETLINK_ADDRESS = 12;

/** The promises. */
export const promises: Readonly<Record<PromiseName, Promised>> = {
  stdio: {
    meaning: 'Descriptors that it has, memory, threads, time, signals to itself, facts about itself',
    limit: 'a signal that tgkill or tkill sends to another process of its world',
    uses: [
      ...any(`close close_range copy_file_range dup dup2 dup3 fadvise64 fallocate fdatasync fstat fsync ftruncate lseek
        pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readv sendfile splice sync_file_range tee umask
        vmsplice write writev cachestat`),
      ...some('fcntl', 'duplicates, flags, sizes of pipes, seals', [oneOf(1, ...plainCommands)]),
      ...some('ioctl', 'bytes that wait, blocking, close-on-exec, the kind and size of a terminal', [
        oneOf(1, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX, TCGETS, TIOCGWINSZ),
      ]),
      ...any(`epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old
        eventfd eventfd2 pause pipe pipe2 poll ppoll pselect6 select signalfd signalfd4 timerfd_create
        timerfd_gettime timerfd_settime`),
      ...callsOf('memory').flatMap((call) => any(call)),
      ...any(`arch_prctl capget exit exit_group get_robust_list get_thread_area getcpu getegid geteuid getgid getgroups
        getpgid getpgrp getpid getppid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid
        ioprio_get rseq sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
        sched_getscheduler sched_rr_get_interval sched_yield set_robust_list set_thread_area set_tid_address sysinfo
        times uname wait4 waitid`),
      ...some('clone', 'a thread', [masked(0, CLONE_THREAD, CLONE_THREAD)]),
      ...some('prctl', 'but what proc, id and unveil have', [
        {
          argument: 0,
          is: 'none of',
          values: [
            PR_SET_CHILD_SUBREAPER,
            PR_SET_PTRACER,
            PR_SET_SECCOMP,
            PR_CAPBSET_DROP,
            PR_SET_SECUREBITS,
            PR_CAP_AMBIENT,
          ],
        },
      ]),
      ...some('prlimit64', 'its limits, to read', [int(0, 0), isNull(2)]),
      ...any(`alarm getitimer restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend
        rt_sigtimedwait setitimer sigaltstack tgkill tkill`),
      ...[...callsOf('time'), ...callsOf('synchronization'), ...callsOf('randomness')].flatMap((call) =>
        any(call),
      ),
      ...any('getpeername getsockname getsockopt recvfrom shutdown socketpair'),
      ...some('sendto', 'without an address', [isNull(4)]),
    ],
  },
  rpath: {
    meaning: 'Files by their paths, to read, with their attributes; directories',
    uses: [
      ...opening('to read a file that is there', OPENING, O_RDONLY),
      ...any(`access chdir faccessat faccessat2 fchdir fgetxattr file_getattr flistxattr fstatfs getcwd getdents
        getdents64 getxattr getxattrat lgetxattr listxattr listxattrat llistxattr lstat newfstatat readlink readlinkat
        stat statfs statx ustat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch`),
      ...some('ioctl', 'flags and extents of a file', [
        oneOf(1, FS_IOC_GETFLAGS, FS_IOC_FIEMAP, FS_IOC_GETVERSION, FS_IOC_FSGETXATTR),
      ]),
    ],
  },
  wpath: {
    meaning: 'Files by their paths, to write',
    uses: [
      ...opening('to write a file that is there', THERE, O_WRONLY),
      ...opening('to read and write a file that is there', THERE, O_RDWR, ['rpath']),
      ...opening('to read and cut a file that is there', THERE, O_RDONLY, ['rpath']),
      ...any('sync syncfs truncate'),
      ...some('ioctl', 'shared extents', [oneOf(1, FICLONE, FICLONERANGE, FIDEDUPERANGE)]),
    ],
  },
  cpath: {
    meaning: 'Files and directories, to make, rename and remove',
    uses: [
      ...opening('to make and write a file', MADE, O_WRONLY, ['wpath']),
      ...opening('to make and read a file', (OPENING & ~O_CREAT) | O_PATH, O_RDONLY, ['rpath']),
      ...opening('to make, read and write a file', MADE, O_RDWR, ['rpath', 'wpath']),
      ...some('open openat openat2', 'anything', [], ['rpath', 'wpath']),
      ...some('creat', 'a file', [], ['wpath']),
      ...any(`link linkat mkdir mkdirat rename renameat renameat2 rmdir symlink symlinkat unlink unlinkat`),
      ...[0, S_IFREG].flatMap((type) => [
        ...some('mknod', 'a file', [masked(1, S_IFMT, type)]),
        ...some('mknodat', 'a file', [masked(2, S_IFMT, type)]),
      ]),
    ],
  },
  dpath: {
    meaning: 'FIFOs and sockets, to make in directories',
    uses: [S_IFIFO, S_IFSOCK].flatMap((type) => [
      ...some('mknod', 'a FIFO or socket', [masked(1, S_IFMT, type)]),
      ...some('mknodat', 'a FIFO or socket', [masked(2, S_IFMT, type)]),
    ]),
  },
  fattr: {
    meaning: 'Modes, times, flags and other attributes of files, to change',
    uses: [
      ...any(`chmod fchmod fchmodat fchmodat2 file_setattr fremovexattr fsetxattr futimesat lremovexattr lsetxattr
        removexattr removexattrat setxattr setxattrat utime utimensat utimes`),
      ...[IOC_FILES, IOC_XFS].flatMap((type) =>
        some('ioctl', 'flags of a file', [masked(1, IOC_TYPE_MASK, type)]),
      ),
    ],
  },
  chown: { meaning: 'Owners of files, to change', uses: any('chown fchown fchownat lchown') },
  flock: {
    meaning: 'Locks of files',
    uses: [...any('flock'), ...some('fcntl', 'locks', [oneOf(1, ...locks)])],
  },
  tty: {
    meaning: 'Terminals, to change',
    uses: some('ioctl', 'a terminal', [masked(1, IOC_TYPE_MASK, IOC_TERMINALS)]),
  },
  unix: {
    meaning: 'UNIX sockets, and descriptors in their messages',
    limit: 'uses of a socket of another family that was handed over',
    uses: [...some('socket', 'AF_UNIX', [int(0, AF_UNIX)]), ...any(messages)],
  },
  inet: {
    meaning: 'Sockets of the internet, as far as the network that is granted',
    limit: 'uses of a socket of another family that was handed over',
    uses: [
      ...[AF_INET, AF_INET6].flatMap((family) => some('socket', 'AF_INET and AF_INET6', [int(0, family)])),
      ...route,
      ...any(messages),
      ...some('ioctl', 'a socket', [masked(1, IOC_TYPE_MASK, IOC_SOCKETS)]),
    ],
  },
  dns: {
    meaning: 'Datagrams, to look names up',
    limit: 'datagrams to another port',
    uses: [
      ...[AF_INET, AF_INET6].flatMap((family) =>
        some('socket', 'datagrams', [int(0, family), masked(1, SOCK_TYPE_MASK, SOCK_DGRAM)]),
      ),
      ...route,
      ...some('bind', 'of routes', [int(2, NETLINK_ADDRESS)]),
      ...any('connect sendto sendmsg sendmmsg recvmsg recvmmsg setsockopt'),
    ],
  },
  proc: {
    meaning: 'Processes: to start by fork, to signal, to limit',
    uses: [
      ...any(`clone fork vfork kill pidfd_open pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo setpgid setsid
        setpriority sched_setaffinity sched_setattr sched_setparam sched_setscheduler ioprio_set prlimit64 setrlimit
        personality unshare`),
      ...some('fcntl', 'the owner of signals', [oneOf(1, F_SETOWN, F_SETOWN_EX, F_SETSIG)]),
      ...some('prctl', 'processes below it', [oneOf(0, PR_SET_CHILD_SUBREAPER, PR_SET_PTRACER)]),
    ],
  },
  exec: {
    meaning: 'Other programs in its place, which keep its promises',
    uses: any('execve execveat'),
  },
  id: {
    meaning: 'Its users, groups and capabilities, to give up',
    uses: [
      ...any('capset setfsgid setfsuid setgid setgroups setregid setresgid setresuid setreuid setuid'),
      ...some('prctl', 'capabilities', [oneOf(0, PR_CAPBSET_DROP, PR_SET_SECUREBITS, PR_CAP_AMBIENT)]),
    ],
  },
  unveil: {
    meaning: 'Walls of its own, by Landlock and seccomp',
    uses: [
      ...callsOf('confinement').flatMap((call) => any(call)),
      ...some('prctl', 'seccomp', [oneOf(0, PR_SET_SECCOMP)]),
    ],
  },
};

/** Normal calls that no promise has: queues and memory that processes share by number, and older asynchronous input. */
export const neverPromised: readonly SystemCall[] = [
  ...callsOf('messages'),
  'io_setup',
  'io_submit',
  'io_cancel',
  'io_destroy',
  'io_getevents',
  'io_pgetevents',
];

/** The uses that promises let through, those of any arguments last. */
export function promisedUses(made: readonly PromiseName[]): readonly PromisedUse[] {
  const uses = made.flatMap((name) => promises[name].uses);
  return uses
    .filter(({ also }) => also.every((name) => made.includes(name)))
    .toSorted((a, b) => Math.min(b.when.length, 1) - Math.min(a.when.length, 1));
}
