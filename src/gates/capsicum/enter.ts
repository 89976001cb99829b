import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { callNumberOf } from '../../host/architecture.ts';
import { Capability, keepCapabilities } from '../../host/capabilities.ts';
import { check } from '../../host/errno.ts';
import { createRuleset, LandlockAccess, type LandlockRule } from '../../host/landlock.ts';
import { addressOf } from '../../host/libc.ts';
import { lookupTable, sealLookups } from '../../host/lookup.ts';
import { NativeMemory } from '../../host/memory.ts';
import { compileFilter, installFilter } from '../../host/seccomp.ts';
import { syscall } from '../../host/syscall.ts';
import { onEveryThread, type ThreadCall } from '../../host/threads.ts';
import { PollingRingError } from '../../host/trap/batches.ts';
import { installTrap, isTrapping, modeTables } from '../../host/trap/install.ts';
import { type Mechanism, mechanisms, missingMechanisms } from '../confinement.ts';
import { capsicumCalls, silentCalls } from './calls.ts';
import { closeOthers } from './descriptors.ts';
import { CapsicumError } from './errors.ts';
import { installGuards } from './guards.ts';
import {
  type Access,
  type Keep,
  type KeptFile,
  landlockAccess,
  normalizeKeep,
  openKept,
  openWorkingDirectory,
  placesFor,
} from './keep.ts';
import { addLimits, descriptorOf, type HasDescriptor, type Limits, limitedDescriptors } from './limit.ts';
import { type OnRefused, watchRefusals } from './refusals.ts';
import { stopAtFirst } from './stop.ts';

/** What `enter` leaves the process. */
export type EnterOptions = {
  /** Directories that stay reachable by path; none by default. */
  readonly keep?: Keep;
  /**
   * Descriptors that stay open: all of them (the default), or these and those that Node itself needs. Whatever else is
   * open is replaced by an empty file, so that no number changes hands.
   */
  readonly descriptors?: 'all' | readonly HasDescriptor[];
  /** Whether `new Worker()` goes on working; false by default. Workers are confined like everything else. */
  readonly workers?: boolean;
  /** Hears of each refused operation. */
  readonly onRefused?: OnRefused;
  /** Ends the process at the first refused operation with a report on standard error; false by default. */
  readonly trap?: boolean;
  /** Mechanisms of the host that may be missing; none by default. seccomp may not. */
  readonly acceptMissing?: readonly Mechanism[];
};

type Entered = { readonly keep: ReadonlyMap<string, ReadonlySet<Access>>; readonly workers: boolean };

let entered: Entered | undefined;

/** Tells whether this process is in capability mode, whichever thread has entered it. */
export function inCapabilityMode(): boolean {
  return entered !== undefined || isTrapping();
}

/**
 * Takes rights from an open descriptor, for good; they become effective with `enter()`. Limits add up. As long as the
 * process lives, the number cannot be duplicated, and when it is closed no other file gets it.
 *
 * @throws CapsicumError for a right that cannot be withheld, and once the process is in capability mode.
 */
export function limit(target: HasDescriptor, limits: Limits): void {
  if (inCapabilityMode()) {
    throw new CapsicumError(
      'already_entered',
      'Descriptors are limited before enter(), which has been called',
    );
  }
  addLimits(target, limits);
}

const PR_SET_NO_NEW_PRIVS = 38;
const SIGUSR1 = 10;
const SIG_IGN = 1n;
const O_PATH = 0x200000;

/** What Node and the C library read to find out about memory and processors, the latter whenever a thread ends. */
const ownFiles = [
  '/proc/self/stat',
  '/proc/self/cgroup',
  '/proc/sys/vm/overcommit_memory',
  '/sys/devices/system/cpu/online',
];

/** What the time zone is found by, as long as TZ does not say it. */
const LOCALTIME = '/etc/localtime';

/**
 * Puts this process, all its threads included, into capability mode for ever: what is open stays usable, and no path
 * (but beneath kept directories), no address and no process id leads anywhere. A second call does nothing, unless it
 * asks for more than the first one left.
 *
 * @throws CapsicumError before anything has changed.
 * @throws SystemError when the host fails half-way; the process should end then.
 */
export function enter(options: EnterOptions = {}): void {
  const keep = normalizeKeep(options.keep ?? {});
  const workers = options.workers ?? false;
  if (inCapabilityMode()) {
    refuseMore(keep, workers);
    return;
  }
  const missing = requireMechanisms(options.acceptMissing ?? [], keep.size > 0);
  const held =
    options.descriptors === undefined || options.descriptors === 'all' ? 'all' : options.descriptors;
  const stay = held === 'all' ? undefined : new Set(held.map(descriptorOf));
  const kept = openKept(keep);
  const landlock = !missing.includes('landlock');
  const files = landlock ? openFiles() : [];
  const here = openWorkingDirectory(kept);
  const known = existsSync(LOCALTIME) ? [LOCALTIME] : [];
  const places = placesFor(kept, files, known, here);
  const placeholder = emptyFile();
  const stop = options.trap ?? false;
  const watch = options.onRefused !== undefined || stop ? watchRefusals() : undefined;
  installGuards({ workers });
  ignoreInspectorSignal();

  if (stay !== undefined) {
    const ours = [
      ...kept.map(({ descriptor }) => descriptor),
      ...files.flatMap(({ directory, file }) => [directory, file]),
      ...(here === undefined ? [] : [here]),
      ...(watch?.descriptors ?? []),
    ];
    closeOthers(new Set([...stay, ...ours]), placeholder);
  }
  const state = installed({
    places,
    hold: stop,
    placeholder,
    ...(watch === undefined ? {} : { wake: watch.wake }),
  });
  const rules: LandlockRule[] = [
    ...kept.map(({ descriptor, access }) => ({ directory: descriptor, access: landlockAccess(access) })),
    ...files.map(({ file }) => ({ directory: file, access: LandlockAccess.readFile })),
  ];
  const ruleset = landlock ? createRuleset(rules) : undefined;
  const limited = limitedDescriptors();
  const filter = compile({
    kept: kept.map(({ access }) => access),
    lookups: [lookupTable, modeTables],
    limited,
    placeholder,
  });
  const calls: ThreadCall[] = [
    { name: 'prctl', number: callNumberOf('prctl'), arguments: [PR_SET_NO_NEW_PRIVS, 1] },
    keepCapabilities(keep.size > 0 ? [Capability.dacOverride, Capability.fowner] : []),
  ];
  if (ruleset !== undefined) {
    calls.push({
      name: 'landlock_restrict_self',
      number: callNumberOf('landlock_restrict_self'),
      arguments: [ruleset, 0],
    });
  }
  onEveryThread(calls);
  if (ruleset !== undefined) closeSync(ruleset);
  for (const { file } of files) closeSync(file);
  if (!missing.includes('mseal')) sealLookups();
  installFilter(filter);
  entered = { keep, workers };
  watch?.start(state, stop ? stopAtFirst : (options.onRefused ?? (() => undefined)));
}

function refuseMore(keep: ReadonlyMap<string, ReadonlySet<Access>>, workers: boolean): void {
  if (entered === undefined) {
    if (keep.size === 0 && !workers) return;
    throw new CapsicumError('already_entered', 'Another thread has put this process into capability mode');
  }
  for (const [path, access] of keep) {
    const left = entered.keep.get(path);
    const more = [...access].filter((one) => left?.has(one) !== true);
    if (more.length > 0) {
      throw new CapsicumError(
        'already_entered',
        `This process is in capability mode already, without the access '${more.join(', ')}' to '${path}'`,
      );
    }
  }
  if (workers && !entered.workers) {
    throw new CapsicumError(
      'already_entered',
      'This process is in capability mode already, without being able to start workers',
    );
  }
}

function requireMechanisms(accepted: readonly Mechanism[], paths: boolean): readonly Mechanism[] {
  const missing = missingMechanisms();
  const lacking = missing.find((one) => one === 'seccomp' || !accepted.includes(one));
  if (lacking !== undefined && (lacking === 'seccomp' || paths || lacking === 'landlock')) {
    const { since } = mechanisms[lacking];
    const way = lacking === 'seccomp' ? '' : `. Pass acceptMissing: ['${lacking}'] if you accept that`;
    throw new CapsicumError(
      'missing_mechanism',
      `This host lacks ${lacking} (${since}), which enforces ${mechanisms[lacking].enforces}${way}`,
    );
  }
  return missing;
}

/** Opens the directories of those files, and the files as what Landlock rules are about. */
function openFiles(): (KeptFile & { readonly file: number })[] {
  return ownFiles
    .filter((path) => existsSync(path))
    .map((path) => ({
      path,
      directory: openSync(dirname(path), O_PATH | constants.O_DIRECTORY),
      file: openSync(path, O_PATH),
    }));
}

function installed(options: Parameters<typeof installTrap>[0]): NativeMemory {
  try {
    return installTrap(options);
  } catch (error) {
    if (error instanceof PollingRingError) throw new CapsicumError('unsafe_process', error.message);
    throw error;
  }
}

/** The filter of a process that keeps no directory and limits nothing, made while this module is loaded. */
const plainFilter = compileFilter(
  capsicumCalls({ kept: [], lookups: [lookupTable, modeTables], limited: [], placeholder: -1 }),
  'trap',
  silentCalls,
);

function compile(options: Parameters<typeof capsicumCalls>[0]): Uint8Array {
  if (options.kept.length === 0 && options.limited.length === 0) return plainFilter;
  try {
    return compileFilter(capsicumCalls(options), 'trap', silentCalls);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CapsicumError(
      'too_many_limits',
      `${options.limited.length} limited descriptors are more than one filter can hold (${error.message})`,
    );
  }
}

const MFD_CLOEXEC = 1;

function emptyFile(): number {
  const name = Buffer.from('closed\0');
  return check(syscall(callNumberOf('memfd_create'), addressOf(name), MFD_CLOEXEC), 'memfd_create');
}

/** Node starts its inspector on SIGUSR1, which it cannot do any more. */
function ignoreInspectorSignal(): void {
  if (process.listenerCount('SIGUSR1') > 0) return;
  const action = new NativeMemory(64);
  action.view.setBigUint64(0, SIG_IGN, true);
  syscall(callNumberOf('rt_sigaction'), SIGUSR1, action.address, 0, 8);
}
