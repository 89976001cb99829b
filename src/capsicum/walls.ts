import { constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { close } from '../host/files/files.ts';
import { lookupTable, sealLookups } from '../host/files/lookup.ts';
import { addressOf } from '../host/libc.ts';
import type { NativeMemory } from '../host/memory.ts';
import {
  layOutNames,
  nameFiles,
  nameMemory,
  sealNames,
  startNameWriter,
} from '../host/names/sealed-names.ts';
import { layOutCalls, type ThreadCall } from '../host/processes/threads.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { PollingRingError } from '../host/trap/batches.ts';
import {
  modeTables,
  type PreparedTrap,
  prepareTrap,
  type TrapOptions,
  type UnnotedPlace,
} from '../host/trap/install.ts';
import { MFD_CLOEXEC } from '../linux/memory.ts';
import { O_PATH } from '../linux/open-flags.ts';
import { PR_SET_NO_NEW_PRIVS } from '../linux/prctl.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { compileAllowList } from '../walls/allow-list.ts';
import { Capability, keepCapabilities } from '../walls/capabilities.ts';
import type { LimitedDescriptor } from '../walls/descriptor-rights.ts';
import { installFilter } from '../walls/install-filter.ts';
import { createRuleset, LandlockAccess } from '../walls/landlock.ts';
import { type Mechanism, missingMechanisms } from '../walls/mechanisms.ts';
import { type CallOptions, capsicumCalls, silentCalls } from './calls.ts';
import { findOthers } from './descriptors.ts';
import { CapsicumError } from './errors.ts';
import {
  type Access,
  allAccess,
  landlockOfKept,
  type OpenKept,
  openForProcess,
  openKept,
  openWorkingDirectory,
  placesFor,
} from './keep.ts';
import { LimitTable, limitedDescriptors } from './limit.ts';
import { limitFilters } from './limit-filter.ts';

/** The things that the walls are to leave. */
export type WallOptions = {
  /** Directories by absolute path. */
  readonly keep: ReadonlyMap<string, ReadonlySet<Access>>;
  /** Mechanisms the host lacks, and was accepted to. */
  readonly missing: readonly Mechanism[];
  /** True if threads other than this one stop at their first refusal. */
  readonly hold: boolean;
  /** Files that stay readable by their absolute real paths, besides those that Node needs. */
  readonly files?: readonly string[];
  /** Paths whose refusal is not noted. */
  readonly unnoted?: readonly UnnotedPlace[];
};

/** Walls that are ready to be raised. Nothing of the process has changed so far, but that it has opened descriptors. */
export type DrawnWalls = {
  /** Descriptors that have been opened, and must stay open. */
  readonly descriptors: readonly number[];
  /** An empty file, which takes the place of descriptors that are closed. */
  readonly placeholder: number;
  /**
   * Raises them around all threads, for ever.
   *
   * @param wake Write end of a pipe that gets a byte for each refusal.
   * @returns Gives the memory in which refusals are noted.
   * @throws SystemError when the host fails half-way.
   */
  raise(wake?: number): NativeMemory;
};

/**
 * Files that Node and the C library read to find out about memory and processors, the latter whenever a thread ends.
 */
export const ownFiles: readonly string[] = [
  '/proc/self/stat',
  '/proc/self/cgroup',
  '/proc/sys/vm/overcommit_memory',
  '/sys/devices/system/cpu/online',
];

/** The file that gives the time zone, as long as TZ does not say it. */
export const LOCALTIME = '/etc/localtime';

/**
 * Opens and lays out everything that the walls need.
 *
 * @throws CapsicumError when they cannot be made so; nothing stays open then.
 */
export function drawWalls({ keep, missing, hold, files: more = [], unnoted = [] }: WallOptions): DrawnWalls {
  const opened: number[] = [];
  const holding = (descriptor: number): number => {
    opened.push(descriptor);
    return descriptor;
  };
  try {
    const kept = openKept(keep);
    for (const { descriptor } of kept) holding(descriptor);
    const landlock = !missing.includes('landlock');
    const files = (landlock ? [...ownFiles, ...more] : more)
      .filter((path) => existsSync(path))
      .map((path) => ({
        path,
        directory: holding(openForProcess(dirname(path), O_PATH | constants.O_DIRECTORY)),
        file: holding(openForProcess(path, O_PATH)),
      }));
    const here = openWorkingDirectory(kept);
    if (here !== undefined) holding(here);
    const linked = [...(existsSync(LOCALTIME) ? [LOCALTIME] : []), ...more];
    const placeholder = holding(emptyFile());
    const changes = kept.some(({ access }) => access.has('create') || access.has('remove'));
    const names = changes ? layOutNames() : undefined;
    const handed = nameFiles();
    const filter = compile({
      kept: kept.map(({ access }) => access),
      lookups: [lookupTable, modeTables],
      names,
    });
    const limited = limitedDescriptors();
    const limits = compileLimits(limited, placeholder, filter);
    const table = LimitTable.allocate();
    for (const one of limited) new LimitTable(table.address).add(one);
    const trap = prepared({
      places: placesFor(kept, files, linked, unnoted, here),
      hold,
      placeholder,
      names: nameMemory(),
      limits: table,
    });
    const calls: ThreadCall[] = [
      { name: 'prctl', number: callNumberOf('prctl'), arguments: [PR_SET_NO_NEW_PRIVS, 1] },
      keepCapabilities(capabilitiesFor(kept)),
    ];
    /** Descriptors of no use once the walls stand. */
    const scaffold = files.map(({ file }) => file);
    if (landlock) {
      const ruleset = holding(
        createRuleset([
          ...kept.map(({ descriptor, access }) => ({
            directory: descriptor,
            access: landlockOfKept(access),
          })),
          ...files.map(({ file }) => ({ directory: file, access: LandlockAccess.readFile })),
        ]),
      );
      const number = callNumberOf('landlock_restrict_self');
      calls.push({ name: 'landlock_restrict_self', number, arguments: [ruleset, 0] });
      scaffold.push(ruleset);
    }
    const threads = layOutCalls(calls);
    holding(threads.descriptor);
    return {
      descriptors: [...opened, ...handed],
      placeholder,
      raise(wake) {
        const state = trap.install(wake);
        threads.make();
        if (changes) startNameWriter();
        for (const descriptor of scaffold) close(descriptor);
        if (!missing.includes('mseal')) {
          sealLookups();
          sealNames();
        }
        for (const one of limits) installFilter(one);
        installFilter(filter);
        return state;
      },
    };
  } catch (error) {
    for (const descriptor of opened) close(descriptor);
    throw error;
  }
}

function prepared(options: TrapOptions): PreparedTrap {
  try {
    return prepareTrap(options);
  } catch (error) {
    if (error instanceof PollingRingError) throw new CapsicumError('unsafe_process', error.message);
    throw error;
  }
}

/** Root keeps the capabilities for kept files of other users; Landlock bounds where. */
function capabilitiesFor(kept: readonly OpenKept[]): number[] {
  if (kept.length === 0) return [];
  const owners = kept.every(({ access }) => allAccess.every((one) => access.has(one)));
  return [Capability.dacOverride, Capability.fowner, ...(owners ? [Capability.chown] : [])];
}

/** The host takes this many instructions in all filters of a thread (MAX_INSNS_PER_PATH); some may be there already. */
const MOST_INSTRUCTIONS = 32768 - 4096;
const INSTRUCTION = 8;

/** @throws CapsicumError for more limits than the host can hold. */
export function compileLimits(
  limited: readonly LimitedDescriptor[],
  placeholder: number,
  filter: Uint8Array = new Uint8Array(0),
): Uint8Array[] {
  const filters = limitFilters(limited, placeholder);
  const instructions = [filter, ...filters].reduce((sum, { length }) => sum + length / INSTRUCTION, 0);
  if (instructions <= MOST_INSTRUCTIONS) return filters;
  throw new CapsicumError(
    'too_many_limits',
    `${limited.length} limited descriptors are more than the host can hold: ${instructions} instructions of filters, ` +
      `where it takes ${MOST_INSTRUCTIONS}`,
  );
}

/** Filters by the access to kept directories. */
const known = new Map<string, Uint8Array>();

function compile(options: CallOptions): Uint8Array {
  const key = options.kept.map((access) => [...access].sort().join()).join(' ');
  const filter = known.get(key) ?? compileAllowList(capsicumCalls(options), 'trap', silentCalls);
  known.set(key, filter);
  return filter;
}

function emptyFile(): number {
  const name = Buffer.from('closed\0');
  return check(syscall(callNumberOf('memfd_create'), addressOf(name), MFD_CLOEXEC), 'memfd_create');
}

/**
 * Draws the most usual walls and forgets them, so that what V8 compiles for it, Node loads and the host finds is there
 * when it is wanted: entering capability mode is to be short.
 */
export function rehearse(): void {
  if (!isMainThread) return;
  try {
    findOthers(new Set());
    for (const access of [undefined, ['read']] as const) {
      const keep = new Map(access === undefined ? [] : [['/', new Set<Access>(access)]]);
      const { descriptors } = drawWalls({ keep, missing: missingMechanisms(), hold: false });
      for (const descriptor of descriptors) close(descriptor);
    }
  } catch {
    // The host lacks something. Who enters capability mode will hear of it.
  }
}
