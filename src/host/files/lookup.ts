import { LinuxErrno } from '../../linux/errno.ts';
import {
  O_ACCMODE,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_DSYNC,
  O_EXCL,
  O_LARGEFILE,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_SYNC,
  O_TRUNC,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
} from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import type { Address } from '../libc.ts';
import { NativeMemory } from '../memory.ts';
import { isFirstThread, syscall, syscallOnOpened } from '../syscall.ts';
import { undisturbed } from './undisturbed.ts';

/** Ways of opening the result of a lookup. Combine with `|`. */
export const Open = {
  read: 0,
  write: 1,
  readWrite: 2,
  create: 1 << 2,
  exclusive: 1 << 3,
  truncate: 1 << 4,
  directory: 1 << 5,
  noFollow: 1 << 6,
  append: 1 << 7,
  nonblock: 1 << 8,
  sync: 1 << 9,
  dsync: 1 << 10,
  /** A descriptor that only names the object: no data, but attributes and further lookups. */
  path: 1 << 11,
} as const;

const COMBINATIONS = 1 << 12;

/** `struct open_how` is 24 bytes; a power of two apart, a seccomp filter can tell whole records from their parts. */
const STRIDE = 32;
const HOW_SIZE = 24;

/** The mode of new files, of which the mask of the process takes bits (umask(2)). */
const CREATION_MODE = 0o666;

/** Bits of `Open`, and the flags of open(2) that they stand for. O_SYNC, which includes O_DSYNC, comes before it. */
export const openFlags: readonly (readonly [bit: number, flag: number])[] = [
  [Open.create, O_CREAT],
  [Open.exclusive, O_EXCL],
  [Open.truncate, O_TRUNC],
  [Open.directory, O_DIRECTORY],
  [Open.noFollow, O_NOFOLLOW],
  [Open.append, O_APPEND],
  [Open.nonblock, O_NONBLOCK],
  [Open.sync, O_SYNC],
  [Open.dsync, O_DSYNC],
  [Open.path, O_PATH],
];

/** Flags of open(2) that every lookup has anyway, or that change nothing here. */
export const ignoredOpenFlags: number = O_CLOEXEC | O_NOCTTY | O_LARGEFILE;

/**
 * The name under which a thread that is started later finds the table of its process: only one is sealed and let
 * through.
 */
const SEALED_TABLE = 'cloudabi-lookups';
const inherited = isFirstThread ? undefined : threads().getEnvironmentData(SEALED_TABLE);

/** Loading it takes time, which a process that has one thread for ever can save. */
function threads(): typeof import('node:worker_threads') {
  return process.getBuiltinModule('node:worker_threads');
}

/** Every way to look something up that this process will ever need, as a table of `struct open_how` (openat2(2)). */
const table = typeof inherited === 'number' ? undefined : allocateTable(COMBINATIONS * STRIDE + STRIDE);
const tableStart = (table?.address ?? inherited) as Address;

/** True if walls were up when this thread was started, around the table of another. */
export const tableIsInherited: boolean = table === undefined;

/** A filter compares the halves of an address separately, so a table must not lie across a 4 GiB boundary. */
function allocateTable(length: number): NativeMemory {
  for (;;) {
    const memory = new NativeMemory(length);
    if (Math.floor(memory.address / 2 ** 32) === Math.floor((memory.address + memory.length) / 2 ** 32))
      return memory;
  }
}

if (table !== undefined) fillTable(table);

/** Each combination has the flags of the one without its highest bit, and that bit's: the table doubles with each bit. */
function fillTable(table: NativeMemory): void {
  const words = new Uint32Array(table.bytes.buffer, 0, (COMBINATIONS * STRIDE) / 4);
  const stride = STRIDE / 4;
  for (let access = 0; access <= O_ACCMODE; access++) {
    words[access * stride] = O_CLOEXEC | O_NOCTTY | access;
    words[access * stride + 4] = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  }
  for (const [bit, flag] of openFlags) {
    const filled = bit * stride;
    words.copyWithin(filled, 0, filled);
    for (let at = filled; at < 2 * filled; at += stride) {
      words[at] = flag === O_PATH ? ((words[at] ?? 0) | O_PATH) & ~O_NOCTTY : (words[at] ?? 0) | flag;
      if (bit === Open.create) words[at + 2] = CREATION_MODE;
    }
  }
}

/** The place of a table of lookups and the distance of its records, for the seccomp filter. */
export type LookupTable = {
  readonly start: Address;
  readonly end: Address;
  readonly stride: number;
  readonly size: number;
};

/** The table of this module's own lookups. */
export const lookupTable: LookupTable = {
  start: tableStart,
  end: (tableStart + COMBINATIONS * STRIDE) as Address,
  stride: STRIDE,
  size: HOW_SIZE,
};

/** The address of an empty string that will be sealed with the table: the only path that AT_EMPTY_PATH calls may name. */
export const emptyPath: Address = lookupTable.end;

/**
 * Seals the table (and the empty string) for ever. Together with a filter that lets `openat2` through only with a
 * record of this table, no code in this process can look anything up except beneath a directory it holds.
 *
 * @param more True if threads may be started later, which then use the same table.
 * @returns 0, or `-errno` where the host has no mseal(2), that is before Linux 6.10.
 */
export function sealLookups(more = true): number {
  if (more) threads().setEnvironmentData(SEALED_TABLE, tableStart);
  table?.makeReadOnly();
  return table?.seal() ?? 0;
}

/** Combinations that files are created with: all but synchronous writing and bare paths, the highest three bits. */
const CREATING = Open.sync;

/**
 * Tables like this module's own, one after the other and already sealed where the host can, whose new files get
 * other modes than 0666: for each mode the combinations below `Open.sync`.
 */
export function sealedModeTables(modes: readonly number[]): LookupTable {
  if (table === undefined)
    throw new Error('Only the thread that has made the table of lookups can make others');
  const length = CREATING * STRIDE;
  const memory = allocateTable(modes.length * length);
  const words = new Uint32Array(memory.bytes.buffer, 0, (modes.length * length) / 4);
  modes.forEach((mode, index) => {
    memory.bytes.set(table.bytes.subarray(0, length), index * length);
    for (let how = 0; how < CREATING; how++) {
      if (how & Open.create) words[((index * CREATING + how) * STRIDE) / 4 + 2] = mode;
    }
  });
  memory.makeReadOnly();
  memory.seal();
  return { start: memory.address, end: memory.at(modes.length * length), stride: STRIDE, size: HOW_SIZE };
}

const OPENAT2 = callNumberOf('openat2');
const FSTAT = callNumberOf('fstat');
const CLOSE = callNumberOf('close');

/** Tells whether this host lets this process make lookups at all; a filter around it may withhold them. */
export function hasLookups(): boolean {
  // No size: the call answers EINVAL where it exists.
  return syscall(OPENAT2, -1, 0, 0, 0) !== -LinuxErrno.ENOSYS;
}

/**
 * Opens `path` beneath a directory. The lookup never leaves that directory, in spite of symbolic links,
 * `..`, absolute paths and concurrent renames, and never passes through a magic link of /proc.
 *
 * @param path Address of a NUL-terminated string.
 * @param how `Open` bits; a created file gets mode 0666 less the umask.
 * @returns A descriptor with FD_CLOEXEC, or `-errno`; `-EXDEV` when the path leads out.
 */
export function openBeneath(directory: number, path: Address, how: number): number {
  return undisturbed(() => syscall(OPENAT2, directory, path, tableStart + how * STRIDE, HOW_SIZE));
}

/**
 * Reads the attributes of `path` beneath a directory: a lookup as in `openBeneath` with `Open.path`, fstat(2)
 * of what it found, and the end of that descriptor, in one step.
 *
 * @param into Address of a `struct stat`.
 * @returns 0 or `-errno`.
 */
export function statBeneath(directory: number, path: Address, how: number, into: Address): number {
  const record = tableStart + (how | Open.path) * STRIDE;
  return undisturbed(() => syscallOnOpened(OPENAT2, directory, path, record, HOW_SIZE, FSTAT, into, CLOSE));
}
