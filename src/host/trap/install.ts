import { architecture } from '../../linux/architecture.ts';
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW } from '../../linux/open-flags.ts';
import { SA_NODEFER, SA_RESTORER, SA_SIGINFO, SIGSYS } from '../../linux/signals.ts';
import { STATX_ALL } from '../../linux/stat.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import {
  emptyPath,
  ignoredOpenFlags,
  type LookupTable,
  lookupTable,
  openFlags,
  sealedModeTables,
  tableIsInherited,
} from '../files/lookup.ts';
import { type Address, bytesAt, NULL } from '../libc.ts';
import { NativeMemory } from '../memory.ts';
import type { NameMemory } from '../names/sealed-names.ts';
import { fillIn } from '../placeholder.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';
import { type Batches, findBatches } from './batches.ts';
import { handlerCode } from './code.ts';
import {
  ANSWER,
  ATTRIBUTES,
  Batch,
  creationModes,
  PlaceKind,
  PlaceLayout,
  QUESTION,
  QUESTION_STATE,
  RECORDS,
  RefusalRecord,
  State,
} from './layout.ts';
import { constants, encodeRules, RULE_SIZE } from './rules.ts';

/** Somewhere that paths can begin with. */
export type TrapPlace =
  /**
   * Paths below `name` (absolute or from the working directory, without a slash at its end; empty for the root) are
   * looked up in `descriptor`.
   * `name` itself may be a symbolic link, and stays known as one then.
   */
  | {
      readonly kind: 'directory';
      readonly name: string;
      readonly descriptor: number;
      readonly link?: boolean;
    }
  /** Relative paths are looked up in `descriptor`. */
  | { readonly kind: 'relative'; readonly descriptor: number }
  /** The file `name` is looked up by its last part in `descriptor`, its directory. */
  | { readonly kind: 'file'; readonly name: string; readonly descriptor: number }
  /** A file of which attributes, and what it says as a symbolic link, stay known as they are now; nothing else. */
  | { readonly kind: 'known'; readonly name: string }
  | UnnotedPlace;

/** A path, with all beneath it, whose refusal is not noted. */
export type UnnotedPlace = {
  /** It is refused like any other, or it is not there. */
  readonly kind: 'quiet' | 'absent';
  readonly name: string;
};

/** Options for the treatment of refusals. */
export type TrapOptions = {
  readonly places: readonly TrapPlace[];
  /** Threads other than the caller's stop for ever at a refusal. */
  readonly hold: boolean;
  /** A descriptor that takes the place of those which are limited when they are closed. */
  readonly placeholder: number;
  /** The memory for names of entries, and for requests for them; entries cannot be changed without it. */
  readonly names: NameMemory | undefined;
  /** The memory of `TrapState.limits`. */
  readonly limits?: NativeMemory | undefined;
};

const RESTORER = 16;

/*
 * The parts that do not depend on the handler's use are made when this module is loaded, so that entering capability
 * mode takes less time.
 */
/**
 * Lookups besides `lookupTable` that a filter must let through: those that make files with `creationModes`. A thread
 * that was started after the walls went up needs none.
 */
export const modeTables: LookupTable = tableIsInherited ? lookupTable : sealedModeTables(creationModes);

const state = new NativeMemory(State.ring + RECORDS * RefusalRecord.size);
const bytes = Buffer.from(handlerCode[architecture], 'base64');
fillIn(bytes, state.address);
const code = new NativeMemory(bytes.length);
code.bytes.set(bytes);
code.makeExecutable();
layOutConstants(state.view);

/** Writes the handler's facts about this process and system calls; it has no data of its own. */
function layOutConstants(view: DataView): void {
  setAddress(view, State.codeStart, code.address);
  setAddress(view, State.codeEnd, code.at(bytes.length));
  setAddress(view, State.plain, lookupTable.start);
  setAddress(view, State.withMode, modeTables.start);
  setAddress(view, State.empty, emptyPath);
  view.setUint32(State.modeCount, creationModes.length, true);
  for (const [index, mode] of creationModes.entries()) view.setUint32(State.modes + index * 4, mode, true);
  const rules = encodeRules();
  const memory = new NativeMemory(rules.length);
  memory.bytes.set(rules);
  setAddress(view, State.rules, memory.address);
  view.setUint32(State.ruleCount, rules.length / RULE_SIZE, true);
  view.setUint32(State.ignoredFlags, ignoredOpenFlags, true);
  for (const [index, value] of constants.entries())
    view.setBigInt64(State.constants + index * 8, BigInt(value), true);
  for (const [index, [bit, flag]] of openFlags.entries()) {
    view.setUint32(State.flags + index * 8, flag, true);
    view.setUint32(State.flags + index * 8 + 4, bit, true);
  }
}

/** A handler that knows its places; it begins to answer when it is installed. */
export type PreparedTrap = {
  /**
   * Makes the handler (handler.c) answer SIGSYS, for calls that a filter with the verdict `trap` refuses. Has no effect on calls
   * that no filter refuses. At most once in a process.
   *
   * @param wake Write end of a pipe that gets a byte for each refusal; it must not block.
   * @returns The state it shares with JavaScript; refusals.ts reads records out of it.
   * @throws SystemError
   */
  install(wake?: number): NativeMemory;
};

/**
 * Lays out the memory of the handler; of several that are prepared, only the last can be installed.
 *
 * @throws PollingRingError
 * @throws SystemError
 */
export function prepareTrap({ places, hold, placeholder, names, limits }: TrapOptions): PreparedTrap {
  const { view } = state;
  view.setUint32(State.hold, hold ? 1 : 0, true);
  view.setUint32(State.main, syscall(callNumberOf('gettid')), true);
  setAddress(view, State.places, layOut(places).address);
  view.setUint32(State.placeCount, places.length, true);
  view.setInt32(State.placeholder, placeholder, true);
  setAddress(view, State.names, names?.names ?? NULL);
  setAddress(view, State.requests, names?.requests ?? NULL);
  setAddress(view, State.limits, limits?.address ?? NULL);
  layOutBatches(findBatches(), view);
  return { install };
}

function install(wake = -1): NativeMemory {
  state.view.setInt32(State.wake, wake, true);
  const flags = SA_SIGINFO | SA_NODEFER | (architecture === 'x64' ? SA_RESTORER : 0);
  const action = new NativeMemory(64);
  setAddress(action.view, 0, code.address);
  action.view.setBigUint64(8, BigInt(flags), true);
  setAddress(action.view, 16, code.at(RESTORER));
  check(syscall(callNumberOf('rt_sigaction'), SIGSYS, action.address, 0, 8), 'rt_sigaction', 'for SIGSYS');
  return state;
}

function setAddress(view: DataView, at: number, address: Address): void {
  view.setBigUint64(at, BigInt(address), true);
}

/** The most bytes of a symbolic link. */
const LINK = 4096;

/** Longer names first, so that the first place that fits is the innermost. */
function layOut(places: readonly TrapPlace[]): NativeMemory {
  const nameOf = (place: TrapPlace): string => (place.kind === 'relative' ? '' : place.name);
  const sorted = places.toSorted((a, b) => nameOf(b).length - nameOf(a).length);
  const names = sorted.map((place) => Buffer.from(nameOf(place)));
  const room = sorted.reduce((sum, place, index) => {
    const extra = remembered(place) ? 2 * (ATTRIBUTES.stat + ATTRIBUTES.statx) + LINK : 0;
    return sum + PlaceLayout.size + aligned(names[index]?.length ?? 0) + extra;
  }, 64);
  const memory = new NativeMemory(room);
  let free = sorted.length * PlaceLayout.size;
  sorted.forEach((place, index) => {
    const at = index * PlaceLayout.size;
    const bytes = names[index] ?? Buffer.alloc(0);
    memory.view.setBigUint64(at + PlaceLayout.name, BigInt(memory.at(free)), true);
    memory.view.setUint32(at + PlaceLayout.length, bytes.length, true);
    memory.view.setInt32(at + PlaceLayout.descriptor, 'descriptor' in place ? place.descriptor : -1, true);
    memory.view.setBigUint64(at + PlaceLayout.kind, BigInt(PlaceKind[place.kind]), true);
    memory.bytes.set(bytes, free);
    const name = memory.at(free);
    free += aligned(bytes.length);
    if (remembered(place)) free = learn(memory, at, bytes.length === 0 ? emptyRoot() : name, free);
  });
  return memory;
}

function remembered(place: TrapPlace): boolean {
  return place.kind === 'known' || (place.kind === 'directory' && place.link === true);
}

/** Bytes that a terminated name takes. */
function aligned(length: number): number {
  return (length + 8) & ~7;
}

/** The root's name is empty among places, and a slash to the host. */
function emptyRoot(): Address {
  const slash = new NativeMemory(2);
  slash.bytes[0] = 0x2f;
  return slash.address;
}

/** Stores facts about a file from `free` on, with their place; returns the next free byte. */
function learn(memory: NativeMemory, place: number, path: Address, free: number): number {
  memory.view.setBigUint64(place + PlaceLayout.attributes, BigInt(memory.at(free)), true);
  let next = free;
  for (const flags of [AT_SYMLINK_NOFOLLOW, 0]) {
    check(syscall(callNumberOf('newfstatat'), AT_FDCWD, path, memory.at(next), flags), 'newfstatat');
    next += ATTRIBUTES.stat;
    check(syscall(callNumberOf('statx'), AT_FDCWD, path, flags, STATX_ALL, memory.at(next)), 'statx');
    next += ATTRIBUTES.statx;
  }
  const length = syscall(callNumberOf('readlinkat'), AT_FDCWD, path, memory.at(next), LINK);
  if (length <= 0) return next;
  memory.view.setBigUint64(place + PlaceLayout.link, BigInt(memory.at(next)), true);
  memory.view.setBigUint64(place + PlaceLayout.linkLength, BigInt(length), true);
  return next + aligned(length);
}

function layOutBatches({ rings, offsets }: Batches, view: DataView): void {
  const memory = new NativeMemory(rings.length * Batch.size + 8);
  rings.forEach(({ descriptor, ring, submissions }, index) => {
    const at = index * Batch.size;
    memory.view.setBigUint64(at + Batch.descriptor, BigInt(descriptor), true);
    memory.view.setBigUint64(at + Batch.ring, BigInt(ring), true);
    memory.view.setBigUint64(at + Batch.submissions, BigInt(submissions), true);
  });
  view.setBigUint64(State.batches, BigInt(memory.address), true);
  view.setUint32(State.batchCount, rings.length, true);
  for (const [index, offset] of offsets.entries())
    view.setUint32(State.batchOffsets + index * 4, offset, true);
}

/** Tells, on any thread and from any copy of this module, whether this process has the handler and a filter before it. */
export function isTrapping(): boolean {
  return syscall(QUESTION) === ANSWER;
}

/** The state of the handler of this process, for any thread. */
export type TrapState = {
  /** As it was prepared. */
  readonly placeholder: number;
  readonly limits: Address;
};

/** Finds the state of the handler, on any thread and from any copy of this module; `undefined` without a filter before it. */
export function findTrapState(): TrapState | undefined {
  if (!isTrapping()) return undefined;
  const bytes = bytesAt(syscall(QUESTION_STATE) as Address, State.ring);
  const view = new DataView(bytes.buffer);
  const limits = Number(view.getBigUint64(State.limits, true));
  return { placeholder: view.getInt32(State.placeholder, true), limits: limits as Address };
}
