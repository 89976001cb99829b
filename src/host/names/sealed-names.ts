import { closeSync, constants, ftruncateSync, openSync } from 'node:fs';
import { architecture } from '../../linux/architecture.ts';
import { errnoMeaning, LinuxErrno } from '../../linux/errno.ts';
import { MAP_SHARED, PROT_READ, PROT_WRITE } from '../../linux/memory.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { FUTEX_OWNER_DIED } from '../../linux/waiting.ts';
import { close } from '../files/files.ts';
import type { LookupTable } from '../files/lookup.ts';
import { createMemoryFile } from '../files/memory-file.ts';
import { type Address, bytesAt } from '../libc.ts';
import { fillIn } from '../placeholder.ts';
import { futexWaitShared, futexWakeShared } from '../processes/futex.ts';
import { executableFile, imageOf } from '../processes/small-program.ts';
import { SpawnError, spawnStub } from '../processes/spawn.ts';
import { isFirstThread, syscall } from '../syscall.ts';
import { check } from '../system-error.ts';
import { writerCode } from './code.ts';
import { NAME_ROOM, NAMES_SIZE, REQUESTS_SIZE, Requests, SLOTS, SlotState } from './layout.ts';

/*
 * Sealed names: calls such as mkdirat(2) take a path, which no filter sees, and tell by their errors what exists
 * where it leads. A confined process may make them only with a name that lies in memory of which another process, the
 * name writer (writer.c), is the only one that can write to; it writes no slash.
 */

/** The memory of names, and of requests for them. */
export type NameMemory = { readonly names: Address; readonly requests: Address };

type Region = NameMemory & { readonly words: Int32Array; readonly bytes: Uint8Array };

/** The memory files, as long as there is no writer. */
type Files = { readonly names: number; readonly requests: number };

let files: Files | undefined;

/** The name under which a thread that is started later finds the memory of its process. */
const SEALED_NAMES = 'cloudabi-names';

let region: Region | undefined = inherited();

/** True once there is a writer; until then names are used where they lie. */
let writing = region !== undefined;

/** Loading it takes time, which a process that has one thread for ever can save. */
function threads(): typeof import('node:worker_threads') {
  return process.getBuiltinModule('node:worker_threads');
}

function inherited(): Region | undefined {
  const memory: unknown = isFirstThread ? undefined : threads().getEnvironmentData(SEALED_NAMES);
  return isMemory(memory) ? regionOf(memory) : undefined;
}

function isMemory(value: unknown): value is NameMemory {
  return typeof value === 'object' && value !== null && 'names' in value && 'requests' in value;
}

function regionOf({ names, requests }: NameMemory): Region {
  const bytes = bytesAt(requests, REQUESTS_SIZE);
  return { names, requests, bytes, words: new Int32Array(bytes.buffer) };
}

/**
 * Lays out the memory of names, once, without a writer yet.
 *
 * @returns The place of names, for the filter: all of it can be named, and every name ends within it.
 * @throws SystemError when the host refuses.
 */
export function layOutNames(): LookupTable {
  region ??= makeRegion();
  const start = region.names;
  return { start, end: (start + NAMES_SIZE) as Address, stride: NAME_ROOM, size: NAME_ROOM };
}

/**
 * Starts the name writer, once; from then on `withName` gives names in its memory. It dies with this process.
 *
 * Called behind Landlock, which lets no signal out of its domain, not even the one by which the writer learns that its
 * parent has ended: so the writer must be in it, too.
 *
 * @throws NameWriterError when the host refuses.
 */
export function startNameWriter(): void {
  layOutNames();
  if (region === undefined || files === undefined) return;
  const { names, requests } = files;
  try {
    startWriter(names, requests);
    awaitWriter(region);
    writing = true;
  } finally {
    files = undefined;
    for (const file of [names, requests]) close(file);
  }
}

/** The memory of names, once it is laid out. */
export function nameMemory(): NameMemory | undefined {
  return region;
}

/** The descriptors that the name writer will be handed: they must stay open until it is started. */
export function nameFiles(): readonly number[] {
  return files === undefined ? [] : [files.names, files.requests];
}

function makeRegion(): Region {
  const names = createMemoryFile('cloudabi-names', []);
  const requests = createMemoryFile('cloudabi-requests', []);
  // A file opened for reading alone can never be mapped for writing.
  let readable = -1;
  try {
    ftruncateSync(names, NAMES_SIZE);
    ftruncateSync(requests, REQUESTS_SIZE);
    readable = openSync(`/proc/self/fd/${names}`, constants.O_RDONLY);
    const made = regionOf({
      names: mapWithin4GiB(readable),
      requests: map(requests, REQUESTS_SIZE, PROT_READ | PROT_WRITE),
    });
    files = { names, requests };
    return made;
  } catch (error) {
    for (const file of [names, requests]) close(file);
    throw error;
  } finally {
    if (readable >= 0) closeSync(readable);
  }
}

function map(file: number, length: number, protection: number): Address {
  const address = syscall(callNumberOf('mmap'), 0, length, protection, MAP_SHARED, file, 0);
  return check(address, 'mmap', `${length} bytes`) as Address;
}

/** A filter compares the halves of an address separately, so names must not lie across a 4 GiB boundary. */
function mapWithin4GiB(file: number): Address {
  for (;;) {
    const address = map(file, NAMES_SIZE, PROT_READ);
    if (Math.floor(address / 2 ** 32) === Math.floor((address + NAMES_SIZE - 1) / 2 ** 32)) return address;
  }
}

function startWriter(names: number, requests: number): void {
  const code = Buffer.from(writerCode[architecture], 'base64');
  fillIn(code, names, requests, process.pid);
  const program = executableFile('cloudabi-name-writer', [{ bytes: imageOf(code, 0), at: 0 }]);
  try {
    close(spawnStub({ program, inherit: [names, requests], flags: 0 }).pidfd);
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    throw new NameWriterError(error.errno);
  } finally {
    close(program);
  }
}

/** The process that writes names could not be started; `code` is that of a resource that is not there. */
export class NameWriterError extends Error {
  override readonly name = 'NameWriterError';
  readonly code = 'cannot_open';

  /** @param errno Linux error number, positive. */
  constructor(errno: number) {
    super(
      `Cannot start the process that writes names of directory entries: ${errnoMeaning(errno)}. ` +
        'Let this user have one process more, or grant directories without changing their entries',
    );
  }
}

const SECOND = 1_000_000_000n;
/** The number of waits for a writer that has been started, each of a second. */
const PATIENCE = 10;

function awaitWriter({ requests, words }: Region): void {
  const alive = Requests.alive / 4;
  for (let waits = 0; Atomics.load(words, alive) === 0 && waits < PATIENCE; waits++) {
    futexWaitShared((requests + Requests.alive) as Address, 0, SECOND);
  }
  if (Atomics.load(words, alive) === 0) throw new Error('The process that writes names has not started');
}

/**
 * Seals the names in their place for ever (mseal(2)).
 *
 * @param more True if threads may be started later, which then use the same.
 * @returns 0, or `-errno` where the host has no mseal.
 */
export function sealNames(more = true): number {
  if (region === undefined) return 0;
  const { names, requests } = region;
  if (more) threads().setEnvironmentData(SEALED_NAMES, { names, requests });
  return syscall(callNumberOf('mseal'), names, NAMES_SIZE, 0);
}

/** The last component of a path. */
export type Name = {
  /** Its bytes, without a slash. */
  readonly bytes: Uint8Array;
  /** Its address, with a NUL behind it. */
  readonly address: Address;
};

/**
 * Makes a call with a name where the filter lets it be: in the writer's memory, once there is one.
 *
 * @returns The result of `use`; `-ENAMETOOLONG` for more than 255 bytes, `-EIO` when the writer has ended.
 */
export function withName(name: Name, use: (address: Address) => number): number {
  if (region === undefined || !writing) return use(name.address);
  if (name.bytes.length >= NAME_ROOM) return -LinuxErrno.ENAMETOOLONG;
  const slot = claim(region);
  if (slot < 0) return slot;
  try {
    const answer = ask(region, slot, name.bytes);
    return answer < 0 ? answer : use((region.names + slot * NAME_ROOM) as Address);
  } finally {
    Atomics.store(region.words, Requests.states / 4 + slot, SlotState.free);
  }
}

function claim({ words }: Region): number {
  for (let slot = 0; slot < SLOTS; slot++) {
    const { free, claimed } = SlotState;
    if (Atomics.compareExchange(words, Requests.states / 4 + slot, free, claimed) === free) return slot;
  }
  return -LinuxErrno.EAGAIN;
}

function ask({ requests, words, bytes }: Region, slot: number, name: Uint8Array): number {
  const at = Requests.names + slot * NAME_ROOM;
  bytes.set(name, at);
  bytes[at + name.length] = 0;
  const state = Requests.states / 4 + slot;
  Atomics.store(words, state, SlotState.asked);
  Atomics.add(words, Requests.sequence / 4, 1);
  futexWakeShared((requests + Requests.sequence) as Address, 1);
  for (;;) {
    const now = Atomics.load(words, state);
    if (now === SlotState.written) return 0;
    if (now === SlotState.refused) return -LinuxErrno.ENOENT;
    const waited = futexWaitShared((requests + 4 * state) as Address, now, SECOND);
    const died = (Atomics.load(words, Requests.alive / 4) & FUTEX_OWNER_DIED) !== 0;
    if (waited === -LinuxErrno.ETIMEDOUT && died) return -LinuxErrno.EIO;
  }
}
