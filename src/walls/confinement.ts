import { readlinkSync } from 'node:fs';
import { Filetype } from '../abi/generated/constants.ts';
import { type Hindrance, HindranceError, lookupHindrance } from '../host/around.ts';
import { NumericListing } from '../host/files/directories.ts';
import { close, getFlags } from '../host/files/files.ts';
import { hasLookups, sealLookups } from '../host/files/lookup.ts';
import { STDERR } from '../host/files/standard-streams.ts';
import { layOutNames, sealNames, startNameWriter } from '../host/names/sealed-names.ts';
import { resetSignal } from '../host/processes/own-process.ts';
import { onEveryThread, type ThreadCall } from '../host/processes/threads.ts';
import { sealMessages } from '../host/sockets/messages.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import type { Descriptor } from '../kernel/descriptors.ts';
import { R } from '../kernel/rights.ts';
import { O_APPEND, O_CLOEXEC } from '../linux/open-flags.ts';
import { PR_SET_NO_NEW_PRIVS } from '../linux/prctl.ts';
import { SIGUSR1 } from '../linux/signals.ts';
import { callNumberOf, type SystemCall } from '../linux/system-calls.ts';
import { type CallRule, compileAllowList } from './allow-list.ts';
import { allowedCalls, mayPassDescriptors, needsNames } from './allowed-calls.ts';
import { Capability, keepCapabilities } from './capabilities.ts';
import { installFilter } from './install-filter.ts';
import { createRuleset, LandlockAccess, type LandlockRule } from './landlock.ts';
import { type Mechanism, mechanisms, missingMechanisms } from './mechanisms.ts';

export { type Mechanism, mechanisms, missingMechanisms };

/** The host lacks a mechanism that the grants rely on. */
export class MissingMechanismError extends Error {
  override readonly name = 'MissingMechanismError';
  readonly code = 'missing_mechanism';
  readonly mechanism: Mechanism;

  /** @param detail The observation that has shown it, or what around this process hinders the mechanism. */
  constructor(mechanism: Mechanism, detail?: string | Hindrance) {
    if (typeof detail === 'object') {
      super(`There are no ${mechanism} here: ${detail.cause}; ${detail.remedy}`);
      this.mechanism = mechanism;
      return;
    }
    const { since, without } = mechanisms[mechanism];
    const taken = mechanism === 'namespaces' ? '' : ', once an attacker controlled its process';
    const shown = detail === undefined ? '' : ` (${detail})`;
    super(
      `This host lacks ${mechanism} (${since})${shown}: without it ${without}${taken}. ` +
        `Start it with --accept-missing ${mechanism} (accept: ['${mechanism}'] from TypeScript) if you accept that`,
    );
    this.mechanism = mechanism;
  }
}

/**
 * @returns The mechanisms that are missing, all of them accepted to be.
 * @throws MissingMechanismError for the first one that is not.
 */
function requireMechanisms(accepted: readonly Mechanism[]): readonly Mechanism[] {
  const missing = missingMechanisms();
  const refused = missing.find((mechanism) => !accepted.includes(mechanism));
  if (refused !== undefined) throw new MissingMechanismError(refused);
  return missing;
}

/** Landlock's rights for a directory's rights: `base` for its entries, `inheriting` for files opened beneath. */
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

/** True for a descriptor that was opened for appending and whose holder may not change that. */
export function isAppendOnly({ host, base }: Descriptor): boolean {
  return (getFlags(host) & O_APPEND) !== 0 && (base.low & R.fd_stat_put_flags) === 0;
}

/** The things that `confine` leaves a process. */
export type Confinement = {
  /** The descriptors the program was granted. */
  readonly descriptors: readonly Descriptor[];
  /** Host descriptors of ours that stay open. */
  readonly keep: readonly number[];
  /** Mechanisms the user accepts to do without. */
  readonly accepted: readonly Mechanism[];
  /** Calls of CloudABI that the program can make; none by default. */
  readonly calls?: ReadonlySet<string>;
  /** System calls of an event loop that goes on, and so do its pipes; none by default. */
  readonly eventLoop?: readonly CallRule[];
  /** Rights of Landlock on other files and directories that stay open, beneath which it looks up; none by default. */
  readonly beneath?: readonly LandlockRule[];
  /** Capabilities that root keeps; by default `KEPT_CAPABILITIES`. */
  readonly capabilities?: readonly number[];
  /**
   * Called once when the process is in its Landlock domain, and nothing filters its calls yet: a process that it starts then lies
   * beneath it. Gives further system calls.
   */
  readonly beforeFilter?: () => readonly CallRule[];
  /** True when the process has a network of its own, whose ports it may use; false by default. */
  readonly network?: boolean;
  /** Refused calls raise SIGSYS, for which there is a handler, but for silent ones; without it, they answer EPERM. */
  readonly trap?: { readonly silent: readonly SystemCall[] };
};

/**
 * Descriptors of Node's own event loops: they reach nothing outside the process, and V8's threads sleep on them. An
 * inherited one looks the same and stays; a launcher keeps those from being inherited (host/files/inheritance.ts).
 */
const internal = new Set(['anon_inode:[eventpoll]', 'anon_inode:[eventfd]']);

function closeOthers(kept: ReadonlySet<number>, eventLoop: boolean): void {
  const listing = new NumericListing('/proc/self/fd');
  const targets = new Map<number, string>();
  for (const descriptor of listing.read()) {
    if (kept.has(descriptor) || descriptor === listing.descriptor) continue;
    try {
      targets.set(descriptor, readlinkSync(`/proc/self/fd/${descriptor}`));
    } catch {
      // It is gone already.
    }
  }
  listing.close();
  // An event loop wakes itself through pipes of which it holds both ends.
  const ends = [...targets.values()];
  const isLoop = (target: string): boolean =>
    eventLoop && target.startsWith('pipe:') && ends.filter((end) => end === target).length === 2;
  for (const [descriptor, target] of targets) {
    if (!internal.has(target) && !isLoop(target)) close(descriptor);
  }
}

/**
 * Puts event counters, which reach nothing, where standard streams were closed: the event loop of a new thread must not
 * get such a number, because Node never closes those and ends when it is to.
 */
function occupyStandardStreams(): void {
  let counter = check(syscall(callNumberOf('eventfd2'), 0, O_CLOEXEC), 'eventfd2');
  while (counter <= STDERR) counter = check(syscall(callNumberOf('eventfd2'), 0, O_CLOEXEC), 'eventfd2');
  close(counter);
}

/** The threads of this process before it is confined. */
function threadIds(): number[] {
  const listing = new NumericListing('/proc/self/task');
  const threads = listing.read();
  listing.close();
  return threads;
}

/** Root keeps the capabilities for granted files of other users; Landlock bounds where. */
export const KEPT_CAPABILITIES: readonly number[] = [Capability.dacOverride, Capability.fowner];

/**
 * Puts this process, all its threads included, into capability mode for ever: only the granted descriptors stay open,
 * no path resolves but beneath granted directories, and no call reaches out of the process.
 *
 * Precondition: the caller has loaded everything it will need: afterwards no file of Node's can be opened.
 *
 * @throws MissingMechanismError, before anything has changed.
 * @throws HindranceError when there are directories, but no lookups beneath them.
 * @throws SystemError when a mechanism fails half-way; the process must then end without running the program.
 */
export function confine({
  descriptors,
  keep,
  accepted,
  calls: imported,
  eventLoop,
  beneath = [],
  capabilities = KEPT_CAPABILITIES,
  network = false,
  trap,
  beforeFilter,
}: Confinement): void {
  const missing = requireMechanisms(accepted);
  if (descriptors.some(({ type }) => type === Filetype.directory) && !hasLookups())
    throw new HindranceError('No directory can be granted here', lookupHindrance());
  const calls: ThreadCall[] = [
    { name: 'prctl', number: callNumberOf('prctl'), arguments: [PR_SET_NO_NEW_PRIVS, 1] },
    keepCapabilities(capabilities),
  ];
  const kept = new Set([...descriptors.map(({ host }) => host), ...keep]);
  closeOthers(kept, eventLoop !== undefined);
  const startsThreads = imported?.has('thread_create') === true;
  if (startsThreads) occupyStandardStreams();
  // Node would start its inspector, a listening socket, on this signal.
  resetSignal(SIGUSR1);
  let ruleset = -1;
  if (!missing.includes('landlock')) {
    const directories = descriptors.filter(({ type }) => type === Filetype.directory);
    ruleset = createRuleset(
      [
        ...directories.map((directory) => ({ directory: directory.host, access: landlockAccess(directory) })),
        ...beneath,
      ],
      network,
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
  const more = beforeFilter?.() ?? [];
  // Without a filter there is nothing that would ask for names of its own.
  const writes = needsNames(descriptors) && !missing.includes('seccomp');
  const names = writes ? layOutNames() : undefined;
  if (writes) startNameWriter();
  const appendOnly = descriptors.filter(isAppendOnly).map(({ host }) => host);
  if (!missing.includes('mseal')) {
    check(sealLookups(startsThreads), 'mseal', 'of the table of lookups');
    check(sealNames(startsThreads), 'mseal', 'of names');
    if (mayPassDescriptors(appendOnly, imported ?? new Set()))
      check(sealMessages(), 'mseal', 'of message headers');
  }
  if (!missing.includes('seccomp')) {
    const rules = [
      ...more,
      ...(eventLoop ?? []),
      ...allowedCalls(descriptors, appendOnly, threads, names, imported),
    ];
    installFilter(
      trap === undefined ? compileAllowList(rules) : compileAllowList(rules, 'trap', trap.silent),
    );
  }
}
