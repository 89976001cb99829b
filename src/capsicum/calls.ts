import { emptyPath, type LookupTable } from '../host/files/lookup.ts';
import type { SystemCall } from '../host/system-calls.ts';
import type { CallRule } from '../walls/allow-list.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';
import { THREAD_FLAGS } from '../walls/thread-flags.ts';
import { type Access, allAccess } from './keep.ts';
import type { LimitedDescriptor, Right } from './limit.ts';

/** Calls of a living Node application that name nothing outside the process and no descriptor to be limited. */
const always: readonly SystemCall[] = [
  'brk',
  'capget',
  'clock_getres',
  'clock_gettime',
  'clock_nanosleep',
  'epoll_create1',
  'epoll_ctl',
  'epoll_pwait',
  'epoll_pwait2',
  'epoll_wait',
  'eventfd2',
  'exit',
  'exit_group',
  'futex',
  'getcpu',
  'getcwd',
  'getegid',
  'geteuid',
  'getgid',
  'getgroups',
  'getpid',
  'getppid',
  'getrandom',
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
  'mprotect',
  'mremap',
  'munmap',
  'nanosleep',
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
  'sched_getaffinity',
  'sched_yield',
  'set_robust_list',
  'sigaltstack',
  'sysinfo',
  'timerfd_create',
  'timerfd_gettime',
  'timerfd_settime',
  'times',
  'umask',
  'uname',
];

/** Calls on a descriptor: the right they need, and in which arguments the descriptor is. */
const onDescriptors: readonly (readonly [
  call: SystemCall,
  ...needs: (readonly [argument: number, Right])[],
])[] = [
  ['accept', [0, 'accept']],
  ['accept4', [0, 'accept']],
  ['copy_file_range', [0, 'read'], [2, 'write'], [0, 'seek'], [2, 'seek']],
  ['fadvise64'],
  ['fallocate', [0, 'write'], [0, 'truncate']],
  ['fdatasync', [0, 'sync']],
  ['flock', [0, 'lock']],
  ['fstat', [0, 'stat']],
  ['fstatfs', [0, 'stat']],
  ['fsync', [0, 'sync']],
  ['ftruncate', [0, 'truncate']],
  ['getdents64', [0, 'read']],
  ['getpeername', [0, 'name']],
  ['getsockname', [0, 'name']],
  ['getsockopt', [0, 'options']],
  ['listen', [0, 'listen']],
  ['lseek', [0, 'seek']],
  ['pread64', [0, 'read'], [0, 'seek']],
  ['preadv', [0, 'read'], [0, 'seek']],
  ['preadv2', [0, 'read'], [0, 'seek']],
  ['pwrite64', [0, 'write'], [0, 'seek']],
  ['pwritev', [0, 'write'], [0, 'seek']],
  ['pwritev2', [0, 'write'], [0, 'seek']],
  ['read', [0, 'read']],
  ['readv', [0, 'read']],
  ['recvfrom', [0, 'read']],
  ['recvmmsg', [0, 'read']],
  ['recvmsg', [0, 'read']],
  ['sendfile', [0, 'write'], [1, 'read'], [1, 'seek']],
  ['shutdown', [0, 'shutdown']],
  ['splice', [0, 'read'], [2, 'write'], [0, 'seek'], [2, 'seek']],
  ['sync_file_range', [0, 'sync']],
  ['write', [0, 'write']],
  ['writev', [0, 'write']],
];

const MAP_ANONYMOUS = 0x20;
const AT_EMPTY_PATH = 0x1000;
const SIGSYS = 31;
const UNIX = 1;
/** Names a thread or memory for the eyes of who debugs it. */
const PR_NAMES = [15, 16, 0x53564d41];
const STREAM_OR_DATAGRAM = [1, 2].flatMap((type) =>
  [0, 0x800, 0x80000, 0x80800].map((flags) => type | flags),
);

const F_DUPFD = 0;
const F_DUPFD_CLOEXEC = 1030;

/**
 * The fcntl commands that stay: descriptor and status flags, locks, the size of a pipe, seals, and duplication of what
 * is not limited. None makes a signal go anywhere.
 */
const fcntls: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1032, 1033, 1034];

/**
 * The ioctl requests that stay: TCGETS, TCSETS, TCSETSW, TCSETSF, TIOCGWINSZ, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX.
 * None pushes input into a terminal.
 */
const ioctls: readonly number[] = [0x5401, 0x5402, 0x5403, 0x5404, 0x5413, 0x541b, 0x5421, 0x5451, 0x5450];

/** Options of sockets that stay settable, by level: of the socket itself, and of TCP. */
const socketOptions: readonly (readonly [level: number, options: readonly number[]])[] = [
  // SO_REUSEADDR, BROADCAST, SNDBUF, RCVBUF, KEEPALIVE, LINGER, REUSEPORT, RCVTIMEO, SNDTIMEO.
  [1, [2, 6, 7, 8, 9, 13, 15, 20, 21]],
  // TCP_NODELAY, KEEPIDLE, KEEPINTVL, KEEPCNT, QUICKACK, USER_TIMEOUT.
  [6, [1, 4, 5, 6, 12, 18]],
];

/** What the filter of capability mode depends on. */
export type CallOptions = {
  /** The access to each kept directory. */
  readonly kept: readonly ReadonlySet<Access>[];
  /** Tables of sealed lookups, and whether any lookups are possible at all. */
  readonly lookups: readonly LookupTable[];
  /** Where names of entries must lie; without it there are no entries to be changed. */
  readonly names: LookupTable | undefined;
  readonly limited: readonly LimitedDescriptor[];
  /** Takes the place of limited descriptors that are closed. */
  readonly placeholder: number;
};

/**
 * Calls that the C library and libuv make while they block all signals: a trap would end the process, so that these
 * answer EPERM without one.
 */
export const silentCalls: readonly SystemCall[] = [
  'clone',
  'fork',
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

/** The system calls that stay. Whatever takes a path is left to the handler (host/trap/handler.c). */
export function capsicumCalls({ kept, lookups, names, limited, placeholder }: CallOptions): CallRule[] {
  /** Holds for every descriptor that has the right. */
  const having = (argument: number, right: Right): ArgumentTest[] => {
    const values = limited.filter((one) => !one.rights.has(right)).map(({ descriptor }) => descriptor);
    return values.length === 0 ? [] : [{ argument, is: 'none of', values }];
  };
  const unlimited = (argument: number): ArgumentTest[] =>
    limited.length === 0
      ? []
      : [{ argument, is: 'none of', values: limited.map(({ descriptor }) => descriptor) }];
  const someKept = (access: Access): boolean => kept.some((one) => one.has(access));
  const rule = (call: SystemCall, ...when: ArgumentTest[]): CallRule =>
    when.length === 0 ? { call } : { call, when };
  const equal = (argument: number, value: number): ArgumentTest => ({ argument, is: 'equal', value });
  const oneOf = (argument: number, values: readonly number[]): ArgumentTest => ({
    argument,
    is: 'one of',
    values,
  });
  const from = (argument: number): ArgumentTest[] => [
    { argument, is: 'descriptor' },
    ...having(argument, 'lookup'),
  ];
  /** Without names there is nowhere that a name could lie. */
  const name = (argument: number): ArgumentTest[] => [
    names === undefined ? equal(argument, -1) : { argument, is: 'within', ...names },
  ];
  const anonymous: ArgumentTest = { argument: 3, is: 'masked', mask: MAP_ANONYMOUS, value: MAP_ANONYMOUS };
  const mayMap = having(4, 'map');
  // Nothing tells a descriptor beneath a directory that may only be read from another: all or none.
  const attributes = kept.every((one) => allAccess.every((access) => one.has(access)));

  return [
    ...lookups.map(({ start, end, stride, size }) =>
      rule('openat2', ...from(0), { argument: 2, is: 'within', start, end, stride }, equal(3, size)),
    ),
    rule('statx', ...having(0, 'stat'), equal(1, emptyPath)),
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
          rule('fchmod', ...having(0, 'attributes')),
          rule('fchown', ...having(0, 'attributes')),
          rule('utimensat', ...having(0, 'attributes'), equal(1, 0)),
          rule('utimensat', ...having(0, 'attributes'), equal(1, emptyPath), {
            argument: 3,
            is: 'masked',
            mask: AT_EMPTY_PATH,
            value: AT_EMPTY_PATH,
          }),
        ]
      : []),

    rule('sendto', ...having(0, 'write'), equal(4, 0)),
    ...socketOptions.map(([level, options]) =>
      rule('setsockopt', ...having(0, 'options'), equal(1, level), oneOf(2, options)),
    ),
    rule('socketpair', equal(0, UNIX), oneOf(1, STREAM_OR_DATAGRAM), equal(2, 0)),

    ...(mayMap.length === 0 ? [rule('mmap')] : [rule('mmap', anonymous), rule('mmap', ...mayMap)]),
    rule('clone', equal(0, THREAD_FLAGS)),
    rule('kill', equal(0, process.pid)),
    rule('tgkill', equal(0, process.pid)),
    rule('rt_sigaction', { argument: 0, is: 'none of', values: [SIGSYS] }),
    rule('rt_sigaction', equal(1, 0)),
    rule('prctl', oneOf(0, PR_NAMES)),
    rule('prlimit64', oneOf(0, [0, process.pid]), equal(2, 0)),
    rule('process_vm_readv', equal(0, process.pid)),
    rule('process_vm_writev', equal(0, process.pid)),
    rule('getpriority', equal(0, 0), oneOf(1, [0, process.pid])),

    ...(limited.length === 0
      ? [rule('close'), rule('dup'), rule('dup2'), rule('dup3')]
      : [
          rule('close', ...unlimited(0)),
          rule('dup', ...unlimited(0)),
          rule('dup2', ...unlimited(0), ...unlimited(1)),
          rule('dup3', ...unlimited(0), ...unlimited(1)),
          rule('dup3', equal(0, placeholder)),
        ]),
    rule('fcntl', ...unlimited(0), oneOf(1, [...fcntls, F_DUPFD, F_DUPFD_CLOEXEC])),
    rule('ioctl', ...unlimited(0), oneOf(1, ioctls)),
    ...limited.flatMap(({ descriptor, ...left }) => [
      rule('fcntl', equal(0, descriptor), oneOf(1, only(fcntls, left.fcntls))),
      rule('ioctl', equal(0, descriptor), oneOf(1, only(ioctls, left.ioctls))),
    ]),
    ...onDescriptors.map(([call, ...needs]) =>
      rule(call, ...needs.flatMap(([argument, right]) => having(argument, right))),
    ),
    ...always.map((call) => rule(call)),
  ];
}

function only(allowed: readonly number[], left: ReadonlySet<number> | undefined): number[] {
  return allowed.filter((one) => left === undefined || left.has(one));
}
