import { emptyPath, type LookupTable } from '../host/files/lookup.ts';
import { F_DUPFD, F_DUPFD_CLOEXEC } from '../linux/fcntl.ts';
import { AT_EMPTY_PATH } from '../linux/open-flags.ts';
import { PR_GET_NAME, PR_SET_NAME, PR_SET_VMA } from '../linux/prctl.ts';
import { SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_SET_MODE_FILTER } from '../linux/seccomp.ts';
import { SIGSYS } from '../linux/signals.ts';
import {
  AF_UNIX,
  IPPROTO_TCP,
  SO_BROADCAST,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_SNDTIMEO,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_NODELAY,
  TCP_QUICKACK,
  TCP_USER_TIMEOUT,
} from '../linux/sockets.ts';
import { S_ISGID, S_ISUID } from '../linux/stat.ts';
import type { SystemCall } from '../linux/system-calls.ts';
import type { CallRule } from '../walls/allow-list.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';
import { fcntlCommands, ioctlRequests } from '../walls/descriptor-commands.ts';
import { ownClocks, ownFutexes } from '../walls/own-calls.ts';
import { THREAD_FLAGS } from '../walls/thread-flags.ts';
import { type Access, allAccess } from './keep.ts';

/**
 * Calls of a living Node application that name nothing outside the process and no descriptor to be limited. Those that
 * wait are for its own children alone (wait(2)).
 */
const always: readonly SystemCall[] = [
  'brk',
  'epoll_create1',
  'epoll_ctl',
  'epoll_pwait',
  'epoll_pwait2',
  'epoll_wait',
  'eventfd2',
  'exit',
  'exit_group',
  'getcpu',
  'getcwd',
  'getegid',
  'geteuid',
  'getgid',
  'getgroups',
  'getitimer',
  'getpgrp',
  'getpid',
  'getppid',
  'getrandom',
  'getrlimit',
  'getresgid',
  'getresuid',
  'getrusage',
  'gettid',
  'gettimeofday',
  'getuid',
  'inotify_init1',
  'inotify_rm_watch',
  'madvise',
  'membarrier',
  'memfd_create',
  'mincore',
  'mlock',
  'mlock2',
  'mprotect',
  'mremap',
  'msync',
  'munlock',
  'munmap',
  'nanosleep',
  'pause',
  'pipe',
  'pipe2',
  'pkey_mprotect',
  'poll',
  'ppoll',
  'pselect6',
  'restart_syscall',
  'rseq',
  'rt_sigpending',
  'rt_sigprocmask',
  'rt_sigreturn',
  'rt_sigsuspend',
  'rt_sigtimedwait',
  'sched_get_priority_max',
  'sched_get_priority_min',
  'sched_yield',
  'set_robust_list',
  'setitimer',
  'sigaltstack',
  'sysinfo',
  'timerfd_create',
  'timerfd_gettime',
  'timerfd_settime',
  'times',
  'umask',
  'uname',
  'wait4',
  'waitid',
];

/** Calls on descriptors that are there; what each needs of a limited one is in limit-filter.ts. */
const onDescriptors: readonly SystemCall[] = [
  'accept',
  'accept4',
  'copy_file_range',
  'fadvise64',
  'fallocate',
  'fdatasync',
  'fgetxattr',
  'flistxattr',
  'flock',
  'fstat',
  'fstatfs',
  'fsync',
  'ftruncate',
  'getdents64',
  'getpeername',
  'getsockname',
  'getsockopt',
  'listen',
  'lseek',
  'mq_getsetattr',
  'mq_timedreceive',
  'mq_timedsend',
  'pread64',
  'preadv',
  'preadv2',
  'pwrite64',
  'pwritev',
  'pwritev2',
  'read',
  'readahead',
  'readv',
  'recvfrom',
  'recvmmsg',
  'recvmsg',
  'sendfile',
  'shutdown',
  'signalfd4',
  'splice',
  'sync_file_range',
  'syncfs',
  'tee',
  'vmsplice',
  'write',
  'writev',
];

const SET_IDS = S_ISUID | S_ISGID;
/** Names a thread or memory for a debugger. */
const NAMING: readonly number[] = [PR_SET_NAME, PR_GET_NAME, PR_SET_VMA];
const STREAM_OR_DATAGRAM: readonly number[] = [SOCK_STREAM, SOCK_DGRAM].flatMap((type) =>
  [0, SOCK_NONBLOCK, SOCK_CLOEXEC, SOCK_NONBLOCK | SOCK_CLOEXEC].map((flags) => type | flags),
);

/** Options of sockets that stay settable, by level: of the socket itself, and of TCP. */
const socketOptions: readonly (readonly [level: number, options: readonly number[]])[] = [
  [
    SOL_SOCKET,
    [
      SO_REUSEADDR,
      SO_BROADCAST,
      SO_SNDBUF,
      SO_RCVBUF,
      SO_KEEPALIVE,
      SO_LINGER,
      SO_REUSEPORT,
      SO_RCVTIMEO,
      SO_SNDTIMEO,
    ],
  ],
  [IPPROTO_TCP, [TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_QUICKACK, TCP_USER_TIMEOUT]],
];

/** The facts that the filter of capability mode depends on. */
export type CallOptions = {
  /** The access to each kept directory. */
  readonly kept: readonly ReadonlySet<Access>[];
  /** Tables of sealed lookups, and whether any lookups are possible at all. */
  readonly lookups: readonly LookupTable[];
  /** The memory for names of entries; without it there are no entries to be changed. */
  readonly names: LookupTable | undefined;
};

/**
 * Calls that the C library and libuv make while they block all signals: a trap would end the process, so that these
 * answer EPERM without one.
 */
export const silentCalls: readonly SystemCall[] = [
  // Names a process in memory, where no filter sees it. Node asks about itself, and does without an answer.
  'capget',
  'clone',
  'fork',
  // The event loops of newer versions of Node ask for a ring, and do without.
  'io_uring_setup',
  'rt_sigaction',
  'setfsgid',
  'setfsuid',
  'setgid',
  'setgroups',
  'setregid',
  'setresgid',
  'setresuid',
  'setreuid',
  'setuid',
  'vfork',
];

/** The system calls that stay. Calls that take a path are left to the handler (host/trap/handler.c). */
export function capsicumCalls({ kept, lookups, names }: CallOptions): CallRule[] {
  const someKept = (access: Access): boolean => kept.some((one) => one.has(access));
  const rule = (call: SystemCall, ...when: ArgumentTest[]): CallRule =>
    when.length === 0 ? { call } : { call, when };
  const equal = (argument: number, value: number): ArgumentTest => ({ argument, is: 'equal', value });
  const oneOf = (argument: number, values: readonly number[]): ArgumentTest => ({
    argument,
    is: 'one of',
    values,
  });
  const from = (argument: number): ArgumentTest[] => [{ argument, is: 'descriptor' }];
  /** Without names there is nowhere that a name could lie. */
  const name = (argument: number): ArgumentTest[] => [
    names === undefined ? equal(argument, -1) : { argument, is: 'within', ...names },
  ];
  // Nothing tells a descriptor beneath a directory that may only be read from another: all or none.
  const attributes = kept.every((one) => allAccess.every((access) => one.has(access)));

  return [
    ...lookups.map(({ start, end, stride, size }) =>
      rule('openat2', ...from(0), { argument: 2, is: 'within', start, end, stride }, equal(3, size)),
    ),
    rule('statx', equal(1, emptyPath)),
    rule('readlinkat', { argument: 0, is: 'descriptor' }, equal(1, emptyPath)),
    rule('faccessat2', { argument: 0, is: 'descriptor' }, equal(1, emptyPath)),
    ...(someKept('create')
      ? [
          rule('mkdirat', ...from(0), ...name(1)),
          rule('symlinkat', ...from(1), ...name(2)),
          rule('linkat', ...from(0), ...name(1), ...from(2), ...name(3), equal(4, 0)),
        ]
      : []),
    ...(someKept('remove') ? [rule('unlinkat', ...from(0), ...name(1))] : []),
    ...(someKept('remove') && someKept('create')
      ? [rule('renameat2', ...from(0), ...name(1), ...from(2), ...name(3), equal(4, 0))]
      : []),
    ...(attributes
      ? [
          // None makes a program that runs as another user.
          rule('fchmod', { argument: 1, is: 'masked', mask: SET_IDS, value: 0 }),
          rule('fchown'),
          rule('utimensat', equal(1, 0)),
          rule('utimensat', equal(1, emptyPath), {
            argument: 3,
            is: 'masked',
            mask: AT_EMPTY_PATH,
            value: AT_EMPTY_PATH,
          }),
        ]
      : []),

    rule('sendto', equal(4, 0)),
    ...socketOptions.map(([level, options]) => rule('setsockopt', equal(1, level), oneOf(2, options))),
    rule('socketpair', equal(0, AF_UNIX), oneOf(1, STREAM_OR_DATAGRAM), equal(2, 0)),

    rule('mmap'),
    rule('close'),
    rule('dup'),
    rule('dup2'),
    rule('dup3'),
    // A further filter only ever takes.
    rule('seccomp', equal(0, SECCOMP_SET_MODE_FILTER), equal(1, SECCOMP_FILTER_FLAG_TSYNC)),
    rule('sched_getaffinity', equal(0, 0)),
    ...ownClocks,
    ownFutexes,
    rule('clone', equal(0, THREAD_FLAGS)),
    rule('kill', equal(0, process.pid)),
    rule('tgkill', equal(0, process.pid)),
    rule('rt_sigaction', { argument: 0, is: 'none of', values: [SIGSYS] }),
    rule('rt_sigaction', equal(1, 0)),
    rule('prctl', oneOf(0, NAMING)),
    rule('prlimit64', oneOf(0, [0, process.pid]), equal(2, 0)),
    rule('process_vm_readv', equal(0, process.pid)),
    rule('process_vm_writev', equal(0, process.pid)),
    rule('getpriority', equal(0, 0), oneOf(1, [0, process.pid])),

    rule('fcntl', oneOf(1, [...Object.values(fcntlCommands), F_DUPFD, F_DUPFD_CLOEXEC])),
    rule('ioctl', oneOf(1, Object.values(ioctlRequests))),
    ...onDescriptors.map((call) => rule(call)),
    ...always.map((call) => rule(call)),
  ];
}
