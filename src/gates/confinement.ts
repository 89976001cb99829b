import { readlinkSync } from 'node:fs';
import { Filetype } from '../abi/generated/constants.ts';
import { callNumberOf, type SystemCall } from '../host/architecture.ts';
import { Capability, keepCapabilities } from '../host/capabilities.ts';
import { NumericListing } from '../host/directories.ts';
import { LinuxErrno } from '../host/errno.ts';
import { close, getFlags, StatusFlags } from '../host/files.ts';
import { createRuleset, LANDLOCK_MINIMUM, LandlockAccess, landlockVersion } from '../host/landlock.ts';
import { emptyPath, lookupTable, sealLookups } from '../host/lookup.ts';
import { resetSignal } from '../host/process.ts';
import { type CallRule, compileFilter, installFilter } from '../host/seccomp.ts';
import { SocketPair } from '../host/sockets.ts';
import { syscall } from '../host/syscall.ts';
import { onEveryThread, type ThreadCall } from '../host/threads.ts';
import type { Descriptor } from '../kernel/descriptors.ts';
import { R, RH } from '../kernel/rights.ts';

/** A mechanism of the host that the second wall is made of. */
export type Mechanism = 'seccomp' | 'landlock' | 'mseal';

/** What each mechanism is for, what needs it, and what a program that has taken over its process gains without it. */
export const mechanisms: Readonly<
  Record<Mechanism, { readonly enforces: string; readonly since: string; readonly without: string }>
> = {
  seccomp: {
    enforces: 'no new sockets, connections, processes, signals to others, mounts or other rarely used calls',
    since: 'Linux 3.17',
    without: 'the program could use the whole system-call interface of its user',
  },
  landlock: {
    enforces: 'no file outside the granted directories, no right beyond the granted ones inside them',
    since: 'Linux 6.2',
    without: 'the program could create, change and remove files wherever its user may',
  },
  mseal: {
    enforces:
      'lookups only beneath granted directories, so that not even names and attributes outside can be seen',
    since: 'Linux 6.10',
    without: 'the program could see names and attributes (not contents) of files outside its directories',
  },
};

const SECCOMP_GET_ACTION_AVAIL = 2;

/** Tells which mechanisms this host lacks, without changing anything. */
export function missingMechanisms(): Mechanism[] {
  const missing: Mechanism[] = [];
  const probe = syscall(callNumberOf('seccomp'), SECCOMP_GET_ACTION_AVAIL, 0, 0);
  if (probe === -LinuxErrno.ENOSYS || probe === -LinuxErrno.EINVAL) missing.push('seccomp');
  if (landlockVersion() < LANDLOCK_MINIMUM) missing.push('landlock');
  // No range: answers 0 where the call exists (mseal(2)).
  if (syscall(callNumberOf('mseal'), lookupTable.start, 0, 0) < 0) missing.push('mseal');
  return missing;
}

/** The host lacks a mechanism that the grants rely on. */
export class MissingMechanismError extends Error {
  override readonly name = 'MissingMechanismError';
  readonly code = 'missing_mechanism';
  readonly mechanism: Mechanism;

  constructor(mechanism: Mechanism) {
    const { since, without } = mechanisms[mechanism];
    super(
      `This host lacks ${mechanism} (${since}): without it ${without}, once it had taken over its process. ` +
        `Start it with --accept-missing ${mechanism} if you accept that`,
    );
    this.mechanism = mechanism;
  }
}

/** @throws MissingMechanismError for the first mechanism that is missing and not accepted to be missing. */
export function requireMechanisms(accepted: readonly Mechanism[]): void {
  for (const mechanism of missingMechanisms()) {
    if (!accepted.includes(mechanism)) throw new MissingMechanismError(mechanism);
  }
}

/** Landlock's rights for a directory's rights: `base` for its entries, `inheriting` for what is opened beneath. */
const landlockRights: readonly (readonly [of: 'base' | 'inheriting', right: number, access: number])[] = [
  ['inheriting', R.fd_read, LandlockAccess.readFile],
  ['inheriting', R.file_readdir, LandlockAccess.readDir],
  ['inheriting', R.file_open, LandlockAccess.readDir],
  ['inheriting', R.fd_write | R.file_allocate, LandlockAccess.writeFile],
  ['inheriting', R.file_stat_fput_size, LandlockAccess.truncate | LandlockAccess.writeFile],
  ['base', R.openTruncate, LandlockAccess.truncate],
  ['base', R.file_create_file, LandlockAccess.makeReg],
  ['base', R.file_create_directory, LandlockAccess.makeDir],
  ['base', R.file_symlink, LandlockAccess.makeSym],
  ['base', R.file_unlink, LandlockAccess.removeFile],
  ['base', R.removeDirectory, LandlockAccess.removeDir],
  ['base', R.file_link_source, LandlockAccess.refer],
  ['base', R.file_link_target, LandlockAccess.refer | LandlockAccess.makeReg | LandlockAccess.makeSym],
  ['base', R.file_rename_source, LandlockAccess.refer | LandlockAccess.removeFile | LandlockAccess.removeDir],
  [
    'base',
    R.file_rename_target,
    LandlockAccess.refer |
      LandlockAccess.makeReg |
      LandlockAccess.makeDir |
      LandlockAccess.makeSym |
      LandlockAccess.makeFifo |
      LandlockAccess.makeSock |
      LandlockAccess.removeFile |
      LandlockAccess.removeDir,
  ],
];

/** The Landlock rights that a directory's rights need. */
export function landlockAccess({ base, inheriting }: Pick<Descriptor, 'base' | 'inheriting'>): number {
  let access = 0;
  for (const [of, right, needed] of landlockRights) {
    if ((of === 'base' ? base.low : inheriting.low) & right) access |= needed;
  }
  return access;
}

/** Calls that Node, V8 and the kernel need whatever was granted; none of them names anything outside the process. */
const always: readonly SystemCall[] = [
  'brk',
  'clock_getres',
  'clock_gettime',
  'clock_nanosleep',
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
  'futex',
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
  'sched_getaffinity',
  'sched_yield',
  'set_robust_list',
  'sigaltstack',
  'write',
  'writev',
];

const AT_EMPTY_PATH = 0x1000;
const F_GETFL = 3;
const F_SETFL = 4;
const FIONREAD = 0x541b;
const MAP_ANONYMOUS = 0x20;
const BENEATH = { argument: 0, is: 'descriptor' } as const;

/** Only to the connected peer: a destination would be an address of the program's choice. */
const toPeer: CallRule = { call: 'sendto', when: [{ argument: 4, is: 'equal', value: 0 }] };

/** Calls that only programs with a certain right need: on directories by path, and on sockets. */
const byRight: readonly { readonly low?: number; readonly high?: number; readonly rule: CallRule }[] = [
  { low: R.file_create_directory, rule: { call: 'mkdirat', when: [BENEATH] } },
  { low: R.file_unlink | R.removeDirectory, rule: { call: 'unlinkat', when: [BENEATH] } },
  { low: R.file_symlink, rule: { call: 'symlinkat', when: [{ argument: 1, is: 'descriptor' }] } },
  {
    low: R.file_rename_source,
    rule: {
      call: 'renameat2',
      when: [BENEATH, { argument: 2, is: 'descriptor' }, { argument: 4, is: 'equal', value: 0 }],
    },
  },
  {
    low: R.file_link_source,
    rule: {
      call: 'linkat',
      when: [BENEATH, { argument: 2, is: 'descriptor' }, { argument: 4, is: 'equal', value: 0 }],
    },
  },
  {
    low: R.file_link_source,
    rule: {
      call: 'linkat',
      when: [BENEATH, { argument: 1, is: 'equal', value: emptyPath }, { argument: 2, is: 'descriptor' }],
    },
  },
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
  { high: RH.sock_shutdown | RH.sockAccept, rule: { call: 'recvmsg' } },
  { high: RH.sock_shutdown | RH.sockAccept, rule: toPeer },
];

const MFD_CLOEXEC = 1;

/**
 * Calls that programs need for a call of CloudABI that they import. None of them leads anywhere: memory and pairs of
 * sockets that a program makes are connected with nothing but themselves, and no descriptor can be sent through them.
 * `fd_create2` also brings what sets flags: programs that wait for many sockets do not want to be held up by one.
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
      { call: 'recvmsg' },
      { call: 'shutdown' },
      toPeer,
    ],
    sock_recv: [{ call: 'recvmsg' }],
    sock_send: [toPeer],
  }),
);

/**
 * The system calls of a process in capability mode.
 *
 * @param appendOnly Host descriptors that may only ever be appended to: nothing may clear their append flag, cut
 *   them, map them, or give them a second number that these rules would not know.
 * @param threads Ids of this process's threads: locks of newer versions of V8 ask how theirs are scheduled, and must not
 *   be able to ask whether any other exists.
 * @param imported Calls of CloudABI that the program can make.
 */
export function allowedCalls(
  descriptors: readonly Descriptor[],
  appendOnly: readonly number[],
  threads: readonly number[],
  imported: ReadonlySet<string> = new Set(),
): CallRule[] {
  const low = descriptors.reduce((bits, { base, inheriting }) => bits | base.low | inheriting.low, 0);
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
    { call: 'sched_getparam', when: [{ argument: 0, is: 'one of', values: threads }] },
    { call: 'sched_getscheduler', when: [{ argument: 0, is: 'one of', values: threads }] },
    { call: 'tgkill', when: [{ argument: 0, is: 'equal', value: process.pid }] },
    { call: 'mmap', when: [{ argument: 3, is: 'masked', mask: MAP_ANONYMOUS, value: MAP_ANONYMOUS }] },
    unless('mmap', notAppendOnly(4)),
    unless('ftruncate', notAppendOnly(0)),
    unless('fallocate', notAppendOnly(0)),
    ...byRight
      .filter((row) => (low & (row.low ?? 0)) !== 0 || (high & (row.high ?? 0)) !== 0)
      .map(({ rule }) => rule),
    ...[...imported].flatMap((name) => byImport.get(name) ?? []),
    ...always.map((call): CallRule => ({ call })),
  ];
}

/** Flags of append-only descriptors can be set as long as the append flag is among them. */
function setFlagsRules(appendOnly: readonly number[]): CallRule[] {
  const setFlags = { argument: 1, is: 'equal', value: F_SETFL } as const;
  const { append } = StatusFlags;
  return [
    { call: 'fcntl', when: [setFlags, { argument: 0, is: 'none of', values: appendOnly }] },
    { call: 'fcntl', when: [setFlags, { argument: 2, is: 'masked', mask: append, value: append }] },
  ];
}

function unless(call: SystemCall, when: CallRule['when']): CallRule {
  return when === undefined ? { call } : { call, when };
}

/** True for a descriptor that was opened for appending and whose holder may not change that. */
export function isAppendOnly({ host, base }: Descriptor): boolean {
  return (getFlags(host) & StatusFlags.append) !== 0 && (base.low & R.fd_stat_put_flags) === 0;
}

/** What `confine` leaves a process. */
export type Confinement = {
  /** The descriptors the program was granted. */
  readonly descriptors: readonly Descriptor[];
  /** Host descriptors of ours that stay open. */
  readonly keep: readonly number[];
  /** Mechanisms the user accepts to do without. */
  readonly accepted: readonly Mechanism[];
  /** Calls of CloudABI that the program can make; none by default. */
  readonly calls?: ReadonlySet<string>;
};

/**
 * Descriptors of Node's own event loops: they reach nothing outside the process, and V8's threads sleep on them. An
 * inherited one looks the same and stays; a launcher keeps those from being inherited (host/inheritance.ts).
 */
const internal = new Set(['anon_inode:[eventpoll]', 'anon_inode:[eventfd]']);

function closeOthers(kept: ReadonlySet<number>): void {
  const listing = new NumericListing('/proc/self/fd');
  for (const descriptor of listing.read()) {
    if (kept.has(descriptor)) continue;
    let target = '';
    try {
      target = readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      // The listing's own descriptor, or one that is gone already.
    }
    if (!internal.has(target) && descriptor !== listing.descriptor) close(descriptor);
  }
  listing.close();
}

/** The threads of this process; there will be no more, because the filter lets nothing start one. */
function threadIds(): number[] {
  const listing = new NumericListing('/proc/self/task');
  const threads = listing.read();
  listing.close();
  return threads;
}

const PR_SET_NO_NEW_PRIVS = 38;
const SIGUSR1 = 10;

/**
 * Puts this process, all its threads included, into capability mode for ever: only the granted descriptors stay
 * open, no path leads anywhere but beneath granted directories, and no call reaches out of the process.
 *
 * Whoever calls it must have loaded everything it will need: afterwards no file of Node's can be opened.
 *
 * @throws MissingMechanismError, before anything has changed.
 * @throws SystemError when a mechanism fails half-way; the process must then end without running the program.
 */
export function confine({ descriptors, keep, accepted, calls: imported }: Confinement): void {
  requireMechanisms(accepted);
  const missing = missingMechanisms();
  const calls: ThreadCall[] = [
    { name: 'prctl', number: callNumberOf('prctl'), arguments: [PR_SET_NO_NEW_PRIVS, 1] },
    // Root keeps what lets it use granted files that belong to others; Landlock bounds where.
    keepCapabilities([Capability.dacOverride, Capability.fowner]),
  ];
  const kept = new Set([...descriptors.map(({ host }) => host), ...keep]);
  closeOthers(kept);
  // Node would start its inspector, a listening socket, on this signal.
  resetSignal(SIGUSR1);
  let ruleset = -1;
  if (!missing.includes('landlock')) {
    const directories = descriptors.filter(({ type }) => type === Filetype.directory);
    ruleset = createRuleset(
      directories.map((directory) => ({ directory: directory.host, access: landlockAccess(directory) })),
    );
    calls.push({
      name: 'landlock_restrict_self',
      number: callNumberOf('landlock_restrict_self'),
      arguments: [ruleset, 0],
    });
  }
  const threads = threadIds();
  onEveryThread(calls);
  if (ruleset >= 0) close(ruleset);
  if (!missing.includes('mseal')) sealLookups();
  if (!missing.includes('seccomp')) {
    const appendOnly = descriptors.filter(isAppendOnly).map(({ host }) => host);
    installFilter(compileFilter(allowedCalls(descriptors, appendOnly, threads, imported)));
  }
}
