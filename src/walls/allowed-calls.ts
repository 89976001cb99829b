import { emptyPath, type LookupTable, lookupTable } from '../host/files/lookup.ts';
import { messageTable } from '../host/sockets/messages.ts';
import { MessageFlags, SocketPair } from '../host/sockets/sockets.ts';
import type { Descriptor } from '../kernel/descriptors.ts';
import { R, RH } from '../kernel/rights.ts';
import { F_GET_SEALS, F_GETFL, F_SETFL } from '../linux/fcntl.ts';
import { FIONREAD, PIDFD_GET_INFO } from '../linux/ioctl.ts';
import { MAP_ANONYMOUS, MFD_CLOEXEC } from '../linux/memory.ts';
import { AT_EMPTY_PATH, O_APPEND } from '../linux/open-flags.ts';
import { MSG_FASTOPEN, MSG_OOB, SO_ACCEPTCONN, SO_DOMAIN, SO_TYPE, SOL_SOCKET } from '../linux/sockets.ts';
import type { SystemCall } from '../linux/system-calls.ts';
import type { CallRule } from './allow-list.ts';
import type { ArgumentTest } from './argument-test.ts';
import { ownClocks, ownFutexes } from './own-calls.ts';
import { THREAD_FLAGS } from './thread-flags.ts';

/** Calls that Node, V8 and the kernel need for any set of grants; none of them names anything outside the process. */
const always: readonly SystemCall[] = [
  'brk',
  'close',
  'epoll_ctl',
  'epoll_pwait',
  'epoll_wait',
  'exit',
  'exit_group',
  'fadvise64',
  'fdatasync',
  'fstat',
  'fsync',
  'getcpu',
  'getdents64',
  'getpid',
  'getrandom',
  'getrusage',
  'gettid',
  'gettimeofday',
  'lseek',
  'madvise',
  'membarrier',
  'mprotect',
  'mremap',
  'munmap',
  'nanosleep',
  'pkey_mprotect',
  'poll',
  'ppoll',
  'pread64',
  'preadv',
  'pwrite64',
  'pwritev',
  'read',
  'readv',
  'restart_syscall',
  'rseq',
  'rt_sigaction',
  'rt_sigprocmask',
  'rt_sigreturn',
  'sched_yield',
  'set_robust_list',
  'sigaltstack',
  'write',
  'writev',
];

const BENEATH = { argument: 0, is: 'descriptor' } as const;

/**
 * Only to the connected peer: a destination would be an address of the program's choice. Nothing of ours uses urgent data
 * or connects by sending.
 */
const toPeer: CallRule = {
  call: 'sendto',
  when: [
    { argument: 3, is: 'masked', mask: MSG_OOB | MSG_FASTOPEN, value: 0 },
    { argument: 4, is: 'equal', value: 0 },
  ],
};
const receive: CallRule = { call: 'recvmsg', when: [{ argument: 2, is: 'masked', mask: MSG_OOB, value: 0 }] };

/** Asks how the process behind a descriptor has ended. */
const processInfo: CallRule = {
  call: 'ioctl',
  when: [{ argument: 1, is: 'equal', value: PIDFD_GET_INFO }],
};

/** Asks for the type of a socket. */
const socketKind: CallRule = {
  call: 'getsockopt',
  when: [
    { argument: 1, is: 'equal', value: SOL_SOCKET },
    {
      argument: 2,
      is: 'one of',
      values: [SO_TYPE, SO_ACCEPTCONN, SO_DOMAIN],
    },
  ],
};

/** The rights with which entries of directories are made, removed and renamed. */
const CHANGES_ENTRIES: number =
  R.file_create_directory |
  R.file_unlink |
  R.removeDirectory |
  R.file_symlink |
  R.file_rename_source |
  R.file_link_source;

function lowRights(descriptors: readonly Descriptor[]): number {
  return descriptors.reduce((bits, { base, inheriting }) => bits | base.low | inheriting.low, 0);
}

/** Tells whether a program needs names that were written for it (host/names). */
export function needsNames(descriptors: readonly Descriptor[]): boolean {
  return (lowRights(descriptors) & CHANGES_ENTRIES) !== 0;
}

/**
 * Calls on entries of directories, by right. The filter cannot see whether a path leads out of its directory, but it
 * sees that the name lies in memory into which no slash is written.
 */
function entryCalls(low: number, names: LookupTable): CallRule[] {
  const directory = (argument: number): ArgumentTest => ({ argument, is: 'descriptor' });
  const name = (argument: number): ArgumentTest => ({ argument, is: 'within', ...names });
  const equal = (argument: number, value: number): ArgumentTest => ({ argument, is: 'equal', value });
  const rules: readonly (readonly [right: number, CallRule])[] = [
    [R.file_create_directory, { call: 'mkdirat', when: [directory(0), name(1)] }],
    [R.file_unlink | R.removeDirectory, { call: 'unlinkat', when: [directory(0), name(1)] }],
    [R.file_symlink, { call: 'symlinkat', when: [directory(1), name(2)] }],
    [
      R.file_rename_source,
      { call: 'renameat2', when: [directory(0), name(1), directory(2), name(3), equal(4, 0)] },
    ],
    [
      R.file_link_source,
      { call: 'linkat', when: [directory(0), name(1), directory(2), name(3), equal(4, 0)] },
    ],
    [
      R.file_link_source,
      { call: 'linkat', when: [directory(0), equal(1, emptyPath), directory(2), name(3)] },
    ],
  ];
  return rules.filter(([right]) => (low & right) !== 0).map(([, rule]) => rule);
}

/** Calls that only programs with a certain right need: on attributes of files, and on sockets. */
const byRight: readonly { readonly low?: number; readonly high?: number; readonly rule: CallRule }[] = [
  {
    // Landlock does not withhold it, so that a directory which may only be read must not bring it.
    low: R.file_stat_put_times | R.file_stat_fput_times,
    rule: {
      call: 'utimensat',
      when: [
        BENEATH,
        { argument: 1, is: 'equal', value: emptyPath },
        { argument: 3, is: 'masked', mask: AT_EMPTY_PATH, value: AT_EMPTY_PATH },
      ],
    },
  },
  { high: RH.sockAccept, rule: { call: 'accept4' } },
  { high: RH.sock_shutdown, rule: { call: 'shutdown' } },
  { high: RH.sock_shutdown | RH.sockAccept, rule: receive },
  { high: RH.sock_shutdown | RH.sockAccept, rule: toPeer },
  { low: R.poll_proc_terminate, rule: processInfo },
];

/**
 * Calls that programs need for a call of CloudABI that they import. None of them reaches an object outside: memory and
 * pairs of sockets that a program makes are connected with nothing but themselves.
 * `fd_create2` also brings the calls that set flags: programs that wait for many sockets do not want to be held up by one.
 */
const byImport: ReadonlyMap<string, readonly CallRule[]> = new Map(
  Object.entries({
    fd_create1: [{ call: 'memfd_create', when: [{ argument: 1, is: 'equal', value: MFD_CLOEXEC }] }],
    fd_create2: [
      {
        call: 'socketpair',
        when: [
          { argument: 0, is: 'equal', value: SocketPair.unix },
          { argument: 1, is: 'one of', values: [SocketPair.stream, SocketPair.dgram] },
          { argument: 2, is: 'equal', value: 0 },
        ],
      },
      receive,
      { call: 'shutdown' },
      toPeer,
    ],
    sock_recv: [receive, socketKind, processInfo],
    sock_send: [toPeer, socketKind, processInfo],
    thread_create: [
      { call: 'clone', when: [{ argument: 0, is: 'equal', value: THREAD_FLAGS }] },
      { call: 'epoll_create1' },
      { call: 'eventfd2' },
      { call: 'getcwd' },
      { call: 'pipe2' },
    ],
  }),
);

/** Calls that write and read the rights of descriptors in messages (src/kernel/claims.ts). */
const claimCalls: readonly CallRule[] = [
  { call: 'memfd_create', when: [{ argument: 1, is: 'equal', value: MFD_CLOEXEC }] },
  { call: 'fcntl', when: [{ argument: 1, is: 'equal', value: F_GET_SEALS }] },
];

/**
 * The system calls of a process in capability mode.
 *
 * @param appendOnly Host descriptors that may only ever be appended to: nothing may clear their append flag, cut them,
 * map them, or give them a second number that these rules would not know.
 * @param threads Ids of this process's threads: it may ask for their processors, and not whether any other exists.
 * @param names The memory in which names of entries lie, if `needsNames`.
 * @param imported Calls of CloudABI that the program can make.
 */
export function allowedCalls(
  descriptors: readonly Descriptor[],
  appendOnly: readonly number[],
  threads: readonly number[],
  names: LookupTable | undefined,
  imported: ReadonlySet<string> = new Set(),
): CallRule[] {
  const low = lowRights(descriptors);
  const high = descriptors.reduce((bits, { base, inheriting }) => bits | base.high | inheriting.high, 0);
  const { start, end, stride, size } = lookupTable;
  const notAppendOnly = (argument: number): CallRule['when'] =>
    appendOnly.length === 0 ? undefined : [{ argument, is: 'none of', values: appendOnly }];
  return [
    {
      call: 'openat2',
      when: [
        BENEATH,
        { argument: 2, is: 'within', start, end, stride },
        { argument: 3, is: 'equal', value: size },
      ],
    },
    { call: 'readlinkat', when: [BENEATH, { argument: 1, is: 'equal', value: emptyPath }] },
    { call: 'fcntl', when: [{ argument: 1, is: 'equal', value: F_GETFL }] },
    ...(low & R.fd_stat_put_flags || imported.has('fd_create2') ? setFlagsRules(appendOnly) : []),
    { call: 'ioctl', when: [{ argument: 1, is: 'equal', value: FIONREAD }] },
    { call: 'sched_getaffinity', when: [{ argument: 0, is: 'one of', values: [0, ...threads] }] },
    ...ownClocks,
    ownFutexes,
    // Locks of newer versions of V8 ask how a thread is scheduled, also a new one. Of every thread, and of those that do
    // not exist, the answer is the same: as most are, with priority 0.
    { call: 'sched_getparam', answer: 'pretend' },
    { call: 'sched_getscheduler', answer: 'pretend' },
    { call: 'tgkill', when: [{ argument: 0, is: 'equal', value: process.pid }] },
    { call: 'mmap', when: [{ argument: 3, is: 'masked', mask: MAP_ANONYMOUS, value: MAP_ANONYMOUS }] },
    unless('mmap', notAppendOnly(4)),
    unless('ftruncate', notAppendOnly(0)),
    unless('fallocate', notAppendOnly(0)),
    ...byRight
      .filter((row) => (low & (row.low ?? 0)) !== 0 || (high & (row.high ?? 0)) !== 0)
      .map(({ rule }) => rule),
    ...(names === undefined ? [] : entryCalls(low, names)),
    ...[...imported].flatMap((name) => byImport.get(name) ?? []),
    ...((high & RH.linked) === 0 ? [] : claimCalls),
    ...(mayPassDescriptors(appendOnly, imported) ? [sendMessage()] : []),
    ...always.map((call): CallRule => ({ call })),
  ];
}

/**
 * Tells whether a program may send descriptors. One that holds an append-only file may not: a program that sends a descriptor to
 * himself has it under a second number, which the rules above would not know.
 */
export function mayPassDescriptors(appendOnly: readonly number[], imported: ReadonlySet<string>): boolean {
  return imported.has('sock_send') && appendOnly.length === 0;
}

/** Sealed headers: descriptors and data, only to the connected peer. */
function sendMessage(): CallRule {
  const { start, end, stride } = messageTable();
  return {
    call: 'sendmsg',
    when: [
      { argument: 1, is: 'within', start, end, stride },
      { argument: 2, is: 'equal', value: MessageFlags.noSignal },
    ],
  };
}

/** Flags of append-only descriptors can be set as long as the append flag is among them. */
function setFlagsRules(appendOnly: readonly number[]): CallRule[] {
  const setFlags = { argument: 1, is: 'equal', value: F_SETFL } as const;
  return [
    { call: 'fcntl', when: [setFlags, { argument: 0, is: 'none of', values: appendOnly }] },
    { call: 'fcntl', when: [setFlags, { argument: 2, is: 'masked', mask: O_APPEND, value: O_APPEND }] },
  ];
}

function unless(call: SystemCall, when: CallRule['when']): CallRule {
  return when === undefined ? { call } : { call, when };
}
