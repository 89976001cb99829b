import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import { NativeMemory } from '../host/memory.ts';
import { syscall } from '../host/syscall.ts';
import { findTrapState, isTrapping, type UnnotedPlace } from '../host/trap/install.ts';
import { RefusalReader } from '../host/trap/refusals.ts';
import { SIG_IGN, SIGUSR1 } from '../linux/signals.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import type { Right } from '../walls/descriptor-rights.ts';
import { installFilter } from '../walls/install-filter.ts';
import { type Mechanism, mechanisms, missingMechanisms } from '../walls/mechanisms.ts';
import { CLOCK_SPEED } from './clock-speed.ts';
import { closeOthers } from './descriptors.ts';
import { CapsicumError } from './errors.ts';
import { installGuards, readForRecording, requireIntl } from './guards.ts';
import { type Access, type Keep, normalizeKeep } from './keep.ts';

import {
  addLimits,
  descriptorOf,
  type HasDescriptor,
  isLimitedHere,
  type Limits,
  LimitTable,
  rightsLeft,
} from './limit.ts';
import { PREPARED, prepared } from './prepared.ts';
import { startRecording } from './record.ts';
import { type OnRefused, type Watch, watchRefusals } from './refusals.ts';
import { stopAtFirst } from './stop.ts';
import { compileLimits, drawWalls, LOCALTIME, ownFiles, rehearse } from './walls.ts';

/** The things that `enter` leaves the process. */
export type EnterOptions = {
  /**
   * `enforce` (the default) raises the walls. `record` lets everything go on, and `onRefused` hears of each operation that
   * would have been refused, as well as of uses of limited descriptors.
   */
  readonly mode?: 'enforce' | 'record';
  /** Directories that stay reachable by path; none by default. */
  readonly keep?: Keep;
  /**
   * Descriptors that stay open: all of them (the default), or these and those that Node itself needs. All others that
   * are open are replaced by an empty file, so that no number changes hands.
   */
  readonly descriptors?: 'all' | readonly HasDescriptor[];
  /** True if `new Worker()` is to go on working; false by default. Workers are confined like everything else. */
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

/** The watch of this thread, if it has entered with a handler. */
let watching: Watch | undefined;

/** Tells whether this process is in capability mode, entered by any of its threads. */
export function inCapabilityMode(): boolean {
  return entered !== undefined || isTrapping();
}

/** Tells workers that the main thread has limited descriptors. */
const LIMITED = 'cloudabi-limited';

/**
 * Takes rights from an open descriptor, for good: at once in capability mode, with `enter()` before it. Limits add up.
 * As long as the process lives, the number cannot be duplicated, and when it is closed no other file gets it.
 *
 * @throws CapsicumError for a right that cannot be withheld, for more limits than the host can hold, and in a worker
 *   before `enter()`.
 */
export function limit(target: HasDescriptor, limits: Limits): void {
  const state = findTrapState();
  if (state === undefined && !isMainThread) {
    throw new CapsicumError(
      'bad_option',
      'Before enter(), descriptors are limited on the main thread, of whose limits enter() knows',
    );
  }
  const before = state === undefined && !recording ? undefined : rightsOf(target);
  if (before !== undefined) {
    const { rights: wanted = before } = limits;
    if (wanted.some((right) => !before.includes(right)))
      watching?.increase(descriptorOf(target), wanted, before);
    if (recording && before.some((right) => !wanted.includes(right)))
      throw new CapsicumError(
        'bad_option',
        "With mode: 'record', descriptors are limited before enter(): the host takes one filter that notifies",
      );
  }
  const left = addLimits(target, limits);
  if (state === undefined) {
    setEnvironmentData(LIMITED, true);
    return;
  }
  for (const filter of compileLimits([left], state.placeholder)) installFilter(filter);
  new LimitTable(state.limits).add(left);
}

/** The rights that a descriptor has, as limits have left them: those of all threads once in capability mode. */
export function rightsOf(target: HasDescriptor): Right[] {
  const descriptor = descriptorOf(target);
  const state = findTrapState();
  return state === undefined ? rightsLeft(descriptor) : new LimitTable(state.limits).rightsOf(descriptor);
}

/** The script that workers load first; it is read again for each. */
const preloadFile = fileURLToPath(new URL('preload.cjs', import.meta.url));

/**
 * Files that Node looks for when a thread of its own begins, and does without: memory and limits, its stack, its
 * executable, name servers, and what package the working directory is in.
 */
function readByWorkers(): UnnotedPlace[] {
  const own = ['/sys/fs/cgroup', '/proc/meminfo', '/proc/self/maps', '/proc/self/exe'];
  const names = ['resolv', 'nsswitch', 'host', 'svc', 'netsvc'].map((name) => `/etc/${name}.conf`);
  const places = [...own, ...names].map((name): UnnotedPlace => ({ kind: 'quiet', name }));
  for (let directory = process.cwd(); ; directory = dirname(directory)) {
    // Node goes on without a package.json that is not there, not without one that it may not read.
    places.push({ kind: 'absent', name: join(directory, 'package.json') });
    if (directory === '/') return places;
  }
}

rehearse();

/**
 * Puts this process, all its threads included, into capability mode for ever: open descriptors stay usable, and no path
 * (but beneath kept directories), no address and no process id resolves. A second call does nothing, unless it asks for
 * more than the first one left.
 *
 * @throws CapsicumError before anything has changed.
 * @throws SystemError when the host fails half-way; the process should end then.
 */
export function enter(options: EnterOptions = {}): void {
  const keep = normalizeKeep(options.keep ?? {});
  const workers = options.workers ?? false;
  if (recording) {
    throw new CapsicumError(
      'already_entered',
      "This process records violations; start it again without mode: 'record' to enter capability mode",
    );
  }
  if (options.mode === 'record') {
    beginRecording(options, keep);
    return;
  }
  if (inCapabilityMode()) {
    refuseMore(keep, workers);
    return;
  }
  if (!isMainThread && getEnvironmentData(LIMITED) === true) {
    throw new CapsicumError(
      'bad_option',
      'The main thread has limited descriptors, so that enter() must be called there',
    );
  }
  const missing = requireMechanisms(options.acceptMissing ?? [], keep.size > 0);
  const held =
    options.descriptors === undefined || options.descriptors === 'all' ? 'all' : options.descriptors;
  const stay = held === 'all' ? undefined : held.map(descriptorOf);
  const stop = options.trap ?? false;
  requireIntl();
  const walls = drawWalls({
    keep,
    missing,
    hold: stop,
    ...(workers && { files: [preloadFile] }),
    unnoted: [CLOCK_SPEED, ...(workers ? readByWorkers() : [])],
  });
  const watch = options.onRefused !== undefined || stop ? watchRefusals() : undefined;
  installGuards(workers ? preloadFile : undefined);
  setEnvironmentData(PREPARED, prepared);
  ignoreInspectorSignal();
  if (stay !== undefined) {
    closeOthers(new Set([...stay, ...walls.descriptors, ...(watch?.descriptors ?? [])]), walls.placeholder);
  }
  const state = walls.raise(watch?.wake);
  entered = { keep, workers };
  const limitTable = findTrapState()?.limits;
  if (watch === undefined || limitTable === undefined) return;
  watching = watch;
  watch.start(
    new RefusalReader(state),
    new LimitTable(limitTable),
    stop ? stopAtFirst : (options.onRefused ?? (() => undefined)),
  );
}

/** True once violations are recorded, until the process ends. */
let recording = false;

/**
 * Records violations without holding anything.
 *
 * @throws CapsicumError
 */
function beginRecording(options: EnterOptions, keep: ReadonlyMap<string, ReadonlySet<Access>>): void {
  const { onRefused, trap, descriptors = 'all' } = options;
  const problem = !isMainThread
    ? 'Violations are recorded from the main thread on'
    : inCapabilityMode()
      ? 'This process is in capability mode already, which is not left to record'
      : onRefused === undefined
        ? "mode: 'record' needs onRefused, which hears of violations"
        : trap === true
          ? "mode: 'record' stops at nothing: leave out trap"
          : descriptors !== 'all'
            ? "mode: 'record' closes nothing: leave out descriptors, or limit those that would be closed"
            : undefined;
  if (onRefused === undefined || problem !== undefined) throw new CapsicumError('bad_option', problem ?? '');
  readForRecording();
  const watch = watchRefusals();
  const workerFiles = options.workers === true ? [preloadFile] : [];
  const notes = startRecording({
    keep,
    files: [...ownFiles, ...workerFiles],
    known: [LOCALTIME, ...workerFiles],
    wake: watch.wake,
  });
  recording = true;
  watching = watch;
  watch.start(notes, { rightsOf: rightsLeft, isLimited: isLimitedHere }, onRefused);
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

/** Node starts its inspector on SIGUSR1, which it cannot do any more. */
function ignoreInspectorSignal(): void {
  if (process.listenerCount('SIGUSR1') > 0) return;
  const action = new NativeMemory(64);
  action.view.setBigUint64(0, BigInt(SIG_IGN), true);
  syscall(callNumberOf('rt_sigaction'), SIGUSR1, action.address, 0, 8);
}
